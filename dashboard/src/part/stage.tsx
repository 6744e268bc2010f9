import { useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { adviceOn } from '../failure.ts';
import { instantText, relativeText, useNow } from '../time.ts';
import { shapeOf } from '../words.ts';
import { Notice } from './notice.tsx';
import { Progress } from './progress.tsx';

/** The place of the video: the video, or how far it is, or why there is none. One stage is one job's. */
export function Stage({ job }: { readonly job: JobRow }) {
  const { video, lateVideo, failure, status } = job;
  // Who has waited for a video sees it play; whoever comes to one that is there already starts it.
  const [isAwaited] = useState(video === null && !wantsLessMotion());
  if (video !== null) return <Player job={job} video={video} autoPlay={isAwaited} />;
  if (lateVideo !== null) {
    return (
      <>
        <Notice tone="info" title="It came after all">
          <p>The video arrived after the job had been given up. It is yours, and nothing was charged.</p>
        </Notice>
        <Player job={job} video={lateVideo} autoPlay={isAwaited} />
      </>
    );
  }
  if (failure !== null) {
    const { whose, todo } = adviceOn(failure.code);
    return (
      <Notice tone={whose === 'yours' ? 'bad' : 'wait'} title={failure.message}>
        <p>{todo}</p>
        <p className="quiet">
          <code>{failure.code}</code>
        </p>
      </Notice>
    );
  }
  if (status === 'CANCELED') return <Notice tone="info" title="Canceled before it was sent. Nothing was charged." />;
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
        <Notice tone="bad" title="The video cannot be played.">
          <p>It may have been deleted at the provider.</p>
        </Notice>
      ) : (
        // The first frame is the poster: the provider makes none. Stock footage has no sound, so there is nothing to caption.
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

function CopyLink({ url }: { readonly url: string }) {
  const [said, setSaid] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(url).then(
      () => setSaid('Copied'),
      () => setSaid('The browser did not allow it'),
    );
  };
  return (
    <>
      <button type="button" onClick={copy}>
        Copy link
      </button>
      <span role="status" className="quiet">
        {said}
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
      {at > now ? `The provider deletes it ${relativeText(at, now)}` : 'The provider has deleted it'}
    </span>
  );
}
