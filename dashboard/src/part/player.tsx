import { isKeptHere } from '@reelgate/client/jobs';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useClient } from 'urql';
import { type JobRow, jobRowQuery, type Video } from '../api/operations.ts';
import { relativeText, useNow } from '../time.ts';
import { brokenText, downloadUrlOf, fileText, goneText, keptText, linkExpiryOf } from '../video.ts';
import { promptText, shapeOf } from '../words.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';

type PlayerProps = {
  readonly job: JobRow;
  readonly video: Video;
  readonly autoPlay: boolean;
  /** More buttons, which come first. */
  readonly extra?: ReactNode;
};

/** Plays a job's video, with its link, a download, and how long it is kept. Says so where the file is gone. */
export function Player({ job, video, autoPlay, extra }: PlayerProps) {
  const now = useNow(10_000);
  const { attempt, fresh, again } = useAgain(job, (linkExpiryOf(video.url) ?? now + 1) <= now);
  if (video.storage === 'GONE') {
    return (
      <Notice tone="info" title={job.deletedAt === null ? 'The video is no longer here' : 'This job was deleted'}>
        <p>{goneText(job)}</p>
        <p className="quiet">{keptText(video, job, now)}</p>
      </Notice>
    );
  }
  const file = fileText(video);
  return (
    <figure className="player">
      <div className="stage">
        <Screen key={attempt} job={job} video={fresh ?? video} autoPlay={autoPlay} onRetry={again} />
      </div>
      <figcaption>
        {extra}
        <Download job={job} video={video} />
        <CopyButton name="Copy link" text={isKeptHere(video, job) ? job.videoUrl : video.url} />
        <span className="quiet kept">
          {keptText(video, job, now)}
          {file !== '' && <span className="file">{file}</span>}
          <LinkExpiry url={video.url} now={now} />
        </span>
      </figcaption>
    </figure>
  );
}

/** Reads the job again for links that are good by then: once by itself when a signed one has expired, and whenever the video is retried. */
function useAgain({ id }: JobRow, isExpired: boolean) {
  const client = useClient();
  const [{ attempt, fresh }, setState] = useState<{ readonly attempt: number; readonly fresh: Video | null }>({
    attempt: 0,
    fresh: null,
  });
  const read = useCallback(
    () => client.query(jobRowQuery, { id }, { requestPolicy: 'network-only' }).toPromise(),
    [client, id],
  );
  useEffect(() => {
    // The new links reach the page by the cache; a playing video goes on.
    if (isExpired) read().catch(reportError);
  }, [isExpired, read]);
  const retry = async () => {
    const { data } = await read();
    // Without a response the old link has another chance.
    setState((before) => ({
      attempt: before.attempt + 1,
      fresh: data?.job?.video ?? data?.job?.lateVideo ?? before.fresh,
    }));
  };
  return { attempt, fresh, again: () => void retry().catch(reportError) };
}

/** A download from this installation stays in the tab; the provider may show the file instead of sending it to be saved. */
function Download({ job, video }: Omit<PlayerProps, 'autoPlay'>) {
  if (isKeptHere(video, job)) {
    return (
      <a className="button" href={downloadUrlOf(job.videoUrl)} download>
        <Icon name="down" />
        Download
      </a>
    );
  }
  return (
    <a className="button" href={video.url} download target="_blank" rel="noopener noreferrer">
      Download
    </a>
  );
}

function Screen({ job, video, autoPlay, onRetry }: PlayerProps & { readonly onRetry: () => void }) {
  const [broken, setBroken] = useState<string | null>(null);
  const [isReady, setReady] = useState(false);
  // It stays: a poster that arrives later, or a link signed again, must not start a playing video anew. Without a poster, the first
  // frame is one.
  const [src] = useState(() => (video.posterUrl === null ? `${video.url}#t=0.1` : video.url));
  const [width, height] = shapeOf(job.aspectRatio).sides;
  if (broken !== null) {
    return (
      <Notice tone="bad" title="The video can’t be played">
        <p>{broken}</p>
        <div className="actions">
          <button type="button" onClick={onRetry}>
            Load it again
          </button>
          <a href={video.url} target="_blank" rel="noopener noreferrer">
            Open the link
          </a>
        </div>
      </Notice>
    );
  }
  return (
    // Stock footage has no sound, so there is nothing to caption.
    <video
      src={src}
      {...(video.posterUrl === null ? {} : { poster: video.posterUrl })}
      autoPlay={autoPlay}
      controls
      loop
      muted
      playsInline
      preload="metadata"
      aria-label={promptText(job)}
      className="screen"
      style={{ '--ratio': width / height }}
      data-ready={isReady}
      onCanPlay={() => setReady(true)}
      onError={({ currentTarget: { error } }) =>
        setBroken(brokenText(video, job, { code: error?.code ?? 0, now: Date.now() }))
      }
    />
  );
}

/** Where links are signed, the one that was copied expires. */
function LinkExpiry({ url, now }: { readonly url: string; readonly now: number }) {
  const at = linkExpiryOf(url);
  if (at === null) return null;
  return (
    <span className="file">{at > now ? `This link expires ${relativeText(at, now)}` : 'This link has expired'}</span>
  );
}
