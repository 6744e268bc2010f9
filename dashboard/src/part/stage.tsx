import { useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { adviceFor } from '../failure.ts';
import { instantText, relativeText, useNow } from '../time.ts';
import { shapeOf } from '../words.ts';
import { Notice } from './notice.tsx';
import { Progress } from './progress.tsx';

/** Shows the video, its progress, or why there is none. Mount one per job. */
export function Stage({ job }: { readonly job: JobRow }) {
  const { video, lateVideo, failure, status } = job;
  // A video that arrives while the viewer waits plays by itself; one that was there before waits for them.
  const [isAwaited] = useState(video === null && !wantsLessMotion());
  if (video !== null) return <Player job={job} video={video} autoPlay={isAwaited} />;
  if (lateVideo !== null) {
    return (
      <>
        <Notice tone="good" title="The video arrived late">
          <p>It came after the deadline, so it is yours free of charge.</p>
        </Notice>
        <Player job={job} video={lateVideo} autoPlay={isAwaited} />
      </>
    );
  }
  if (failure !== null) {
    const { remedy, text } = adviceFor(failure);
    return (
      <Notice tone={remedy === 'edit' ? 'bad' : 'wait'} title={failure.message}>
        <p>{text}</p>
        <p className="quiet">
          <code>{failure.code}</code>
        </p>
      </Notice>
    );
  }
  if (status === 'CANCELED')
    return <Notice tone="info" title="Canceled before it was sent to the provider. Nothing was charged." />;
  return (
    <div className="stage-waiting card">
      <Progress job={job} />
    </div>
  );
}

type PlayerProps = {
  readonly job: Pick<JobRow, 'aspectRatio' | 'prompt'>;
  readonly video: { readonly url: string; readonly expiresAt: string | null };
  readonly autoPlay: boolean;
};

function wantsLessMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function Player({ job, video: { url, expiresAt }, autoPlay }: PlayerProps) {
  const [isBroken, setBroken] = useState(false);
  const [isReady, setReady] = useState(false);
  const [width, height] = shapeOf(job.aspectRatio).sides;
  return (
    <figure className="player">
      {isBroken ? (
        <Notice tone="bad" title="The video can’t be played">
          <p>{brokenText(expiresAt)}</p>
        </Notice>
      ) : (
        // The provider makes no poster, so the first frame is one. Stock footage has no sound, so there is nothing to caption.
        <video
          src={`${url}#t=0.1`}
          autoPlay={autoPlay}
          controls
          loop
          muted
          playsInline
          preload="metadata"
          aria-label={job.prompt}
          style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(min(60vh, 460px) * ${width / height})` }}
          data-ready={isReady}
          onCanPlay={() => setReady(true)}
          onError={() => setBroken(true)}
        />
      )}
      <figcaption>
        <a className="button" href={url} download target="_blank" rel="noopener noreferrer">
          Download
        </a>
        <CopyLink url={url} />
        <Expiry instant={expiresAt} />
      </figcaption>
    </figure>
  );
}

function brokenText(expiresAt: string | null): string {
  const isDeleted = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  return isDeleted
    ? 'The provider has deleted the file.'
    : 'Its file did not load. Check your connection, or open the link.';
}

function CopyLink({ url }: { readonly url: string }) {
  const [outcome, setOutcome] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(url).then(
      () => setOutcome('Copied'),
      () => setOutcome('Your browser didn’t allow it'),
    );
  };
  return (
    <>
      <button type="button" onClick={copy}>
        Copy link
      </button>
      <span role="status" className="quiet">
        {outcome}
      </span>
    </>
  );
}

function Expiry({ instant }: { readonly instant: string | null }) {
  const now = useNow();
  if (instant === null) return null;
  const at = Date.parse(instant);
  return (
    <span className="quiet" title={instantText(instant)}>
      {at > now ? `The provider deletes it ${relativeText(at, now)}` : 'Deleted at the provider'}
    </span>
  );
}
