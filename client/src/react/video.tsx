import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';
import { isEnded, newerOf, shownAfter } from '../job.ts';
import type { Job, Video } from '../schema.ts';
import { useReelgate } from './context.tsx';
import { liveJobOf, useJob } from './job.ts';
import { englishLabels, progressText, ratios, type VideoLabels } from './words.ts';

/** What `<ReelgateVideo>` takes. */
export type ReelgateVideoProps = {
  /** A job, or its id; null shows nothing. */
  readonly job: Job | string | null | undefined;
  readonly className?: string | undefined;
  readonly style?: CSSProperties | undefined;
  /** Shows a button "Try again" for failures that another try may mend. */
  readonly onRetry?: ((job: Job) => void) | undefined;
  /** Replaces the words for what the job is doing, as for another language. */
  readonly words?: ((job: Job, remainingSeconds: number | null) => string) | undefined;
  /** Replaces fixed words, such as those of the button "Try again". */
  readonly labels?: Partial<VideoLabels> | undefined;
};

/** A job from its first moment to its video: progress in words, then the player with its poster, or why there is no video. */
export function ReelgateVideo({
  job: given,
  className = 'reelgate-video',
  style,
  onRetry,
  words,
  labels: translated,
}: ReelgateVideoProps) {
  const { job: live, error } = useJob(typeof given === 'string' ? given : given?.id);
  if (!given) return null;
  const passed = typeof given === 'string' ? null : given;
  const job = live === null ? passed : newerOf(live, passed);
  if (job === null) return error && <Message role="alert">{error.message}</Message>;
  const video = job.video ?? job.lateVideo;
  const labels = { ...englishLabels, ...translated };
  return (
    <div
      className={className}
      data-status={job.status}
      style={{ ...frame, aspectRatio: ratios[job.aspectRatio], ...style }}
    >
      {video === null ? (
        <Stage job={job} labels={labels} onRetry={onRetry} words={words} />
      ) : (
        <Player key={job.id} job={job} labels={labels} video={video} />
      )}
      {error !== null && !isEnded(job.status) && <Message role="alert">{error.message}</Message>}
    </div>
  );
}

const frame: CSSProperties = { display: 'grid', placeItems: 'center', position: 'relative', maxWidth: '100%' };
const fill: CSSProperties = { width: '100%', height: '100%', display: 'block' };

function Message({ role, children }: { readonly role: 'alert' | 'status'; readonly children: ReactNode }) {
  return (
    <p role={role} style={{ margin: 0, padding: '1em', textAlign: 'center', overflowWrap: 'anywhere' }} dir="auto">
      {children}
    </p>
  );
}

function Again({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} style={{ display: 'block', margin: '0 auto' }}>
      {name}
    </button>
  );
}

/** A job without a video: how far it is, or why it has none. */
function Stage({
  job,
  labels,
  onRetry,
  words = progressText,
}: { readonly job: Job; readonly labels: VideoLabels } & Pick<ReelgateVideoProps, 'onRetry' | 'words'>) {
  const { fraction, remainingSeconds } = useShown(job);
  const { failure } = job;
  if (isEnded(job.status)) {
    return (
      <div>
        <Message role={failure ? 'alert' : 'status'}>{failure?.message ?? words(job, null)}</Message>
        {failure?.retryable && onRetry && <Again name={labels.tryAgain} onClick={() => onRetry(job)} />}
      </div>
    );
  }
  return (
    <div style={{ width: '80%' }}>
      <Message role="status">{words(job, remainingSeconds)}</Message>
      <progress aria-label={labels.progress} value={fraction} max={1} style={{ width: '100%' }} />
    </div>
  );
}

/** Progress that moves on once a second between two reports. */
function useShown({ status, progress }: Job) {
  const [since, setSince] = useState({ progress, seconds: 0 });
  const isOver = isEnded(status);
  useEffect(() => {
    if (isOver) return;
    const started = Date.now();
    const timer = setInterval(() => setSince({ progress, seconds: (Date.now() - started) / 1000 }), 1000);
    return () => clearInterval(timer);
  }, [isOver, progress]);
  return shownAfter(progress, since.progress === progress ? since.seconds : 0);
}

type PlayerProps = { readonly job: Job; readonly labels: VideoLabels; readonly video: Video };

/**
 *     playing ── an error ──▶ the job is read again ──▶ loading ── some of the video is there ──▶ playing
 *                                   ▲      │               └────── another error ──▶ broken
 *             "Try again" ── broken ┘      └── it cannot be read ──▶ broken
 */
function Player({ job, labels, video }: PlayerProps) {
  const client = useReelgate();
  const [isBroken, setIsBroken] = useState(false);
  const [reloads, setReloads] = useState(0);
  const isUntried = useRef(false);
  if (video.storage === 'GONE') return <Message role="status">{labels.notKept}</Message>;
  // Where links are signed, this one may have expired since it was read.
  const refresh = async () => {
    isUntried.current = true;
    const fresh = await client.job(job.id).catch(() => null);
    const link = (fresh?.video ?? fresh?.lateVideo)?.url;
    setIsBroken(link === undefined);
    if (link === video.url) setReloads((count) => count + 1);
    else if (fresh !== null && link !== undefined) liveJobOf(client, job.id).update(() => fresh);
  };
  const again = () => {
    refresh().catch(() => setIsBroken(true));
  };
  if (isBroken) {
    return (
      <div>
        <Message role="alert">{labels.notPlayable}</Message>
        <Again name={labels.tryAgain} onClick={again} />
      </div>
    );
  }
  return (
    <video
      key={`${reloads} ${video.url}`}
      src={video.url}
      controls
      playsInline
      preload="metadata"
      aria-label={job.prompt || labels.video}
      style={fill}
      onLoadedData={() => {
        isUntried.current = false;
      }}
      onError={() => {
        if (isUntried.current) setIsBroken(true);
        else again();
      }}
      {...(video.posterUrl === null ? {} : { poster: video.posterUrl })}
    />
  );
}
