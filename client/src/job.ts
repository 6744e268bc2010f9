import type { JobProgress, JobStatus, Video } from './schema.ts';

/** Whether a status is final. */
export function isEnded(status: JobStatus): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED';
}

/** What these functions need of a video. */
type Held = Pick<Video, 'url' | 'storage'>;

/** What they need of a job; your own selection may have less than the kit's. */
type WithVideo = { readonly videoUrl: string; readonly video: Held | null; readonly lateVideo: Held | null };

/** Whether this installation keeps the video, or will. Otherwise the video has the provider's own URL. */
export function isKeptHere({ url, storage }: Held, { videoUrl }: Pick<WithVideo, 'videoUrl'>): boolean {
  return storage !== 'PROVIDER' || plainOf(url) === plainOf(videoUrl);
}

/** A link's signature changes, its path does not. */
function plainOf(url: string): string | undefined {
  return url.split('?')[0];
}

/** Whether the gateway is still copying the job's video, or its late one: until it is done, the video has no poster. */
export function isBeingCopied(job: WithVideo): boolean {
  const video = job.video ?? job.lateVideo;
  return video !== null && video.storage === 'PROVIDER' && isKeptHere(video, job);
}

const storageOrder = { PROVIDER: 0, STORED: 1, GONE: 2 } as const;

function orderOf({ video, lateVideo }: WithVideo): number {
  const held = video ?? lateVideo;
  return held === null ? -1 : storageOrder[held.storage];
}

type Snapshot = WithVideo & {
  readonly id: string;
  readonly version: number;
  readonly progress: Pick<JobProgress, 'elapsedSeconds'>;
};

/**
 * The newer of two snapshots of one job: by version, then by its video, whose copy changes no version, then by how long the job has run.
 * `one` if there is no other, or if it is of another job.
 */
export function newerOf<Job extends Snapshot>(one: Job, other: Job | null | undefined): Job {
  if (!other || other.id !== one.id) return one;
  const later =
    other.version - one.version ||
    orderOf(other) - orderOf(one) ||
    other.progress.elapsedSeconds - one.progress.elapsedSeconds;
  return later > 0 ? other : one;
}

/** Progress as a page shows it some seconds after it was reported. */
export type ShownProgress = { readonly fraction: number; readonly remainingSeconds: number | null };

/** No bar is full before its job is completed. */
const mostFraction = 0.95;

/** The bar moves on with time if the gateway knew the remaining time; it never falls below the report and is never full. */
export function shownAfter(
  { fraction, elapsedSeconds, remainingSeconds }: Pick<JobProgress, 'fraction' | 'elapsedSeconds' | 'remainingSeconds'>,
  seconds: number,
): ShownProgress {
  if (remainingSeconds === null || fraction >= 1) return { fraction, remainingSeconds };
  const passed = Math.max(0, seconds);
  const whole = elapsedSeconds + remainingSeconds;
  const reached = whole > 0 ? (elapsedSeconds + passed) / whole : 0;
  return {
    fraction: Math.max(fraction, Math.min(mostFraction, reached)),
    remainingSeconds: Math.max(0, remainingSeconds - passed),
  };
}
