import type { Video } from './api/operations.ts';
import { durationText, instantText, relativeText } from './time.ts';

type Held = Pick<Video, 'url' | 'storage' | 'expiresAt'>;

/** A job's link to its video, and when the job was deleted; null if it was not. */
type Linked = { readonly videoUrl: string; readonly deletedAt: string | null };

type WithVideo = Pick<Linked, 'videoUrl'> & {
  readonly id: string;
  readonly version: number;
  readonly video: Held | null;
  readonly lateVideo: Held | null;
};

const storageOrder = { PROVIDER: 0, STORED: 1, GONE: 2 } as const;

/** A video's link without its signature, which changes every hour. */
function plainOf(url: string): string {
  return url.split('?')[0] ?? url;
}

/** Whether this installation keeps the video, or will. Otherwise the video has the provider's own URL. */
export function isKeptHere({ url, storage }: Held, { videoUrl }: Pick<Linked, 'videoUrl'>): boolean {
  return storage !== 'PROVIDER' || plainOf(url) === plainOf(videoUrl);
}

/** Whether the gateway is still copying the job's video: until it is done, the video has no poster. */
export function isBeingCopied(job: Omit<WithVideo, 'id' | 'version'>): boolean {
  const video = job.video ?? job.lateVideo;
  return video !== null && video.storage === 'PROVIDER' && isKeptHere(video, job);
}

/** The job as `other` has it, if that is a later state of it or of its video. A copy does not change the version of its job. */
export function withLaterVideo<Job extends WithVideo>(job: Job, other: Job | null | undefined): Job {
  if (!other || other.id !== job.id || other.version < job.version) return job;
  return other.version > job.version || orderOf(other) > orderOf(job) ? other : job;
}

function orderOf({ video, lateVideo }: Pick<WithVideo, 'video' | 'lateVideo'>): number {
  const held = video ?? lateVideo;
  return held === null ? -1 : storageOrder[held.storage];
}

/** How long a video is kept, as a sentence; `now` in epoch milliseconds. */
export function keptText(video: Held, job: Linked, now: number): string {
  const { storage, expiresAt } = video;
  if (storage === 'GONE') return expiresAt === null ? 'No longer kept' : `Gone since ${instantText(expiresAt)}`;
  if (storage === 'STORED') {
    return expiresAt === null ? 'Kept for as long as this installation exists' : `Kept until ${instantText(expiresAt)}`;
  }
  if (isKeptHere(video, job)) return 'Still at the provider; the gateway is copying it';
  if (expiresAt === null) return 'At the provider, which doesn’t say for how long';
  const at = Date.parse(expiresAt);
  return at > now ? `The provider deletes it ${relativeText(at, now)}` : 'Deleted at the provider';
}

/** Why a video that is GONE may be. */
export function goneText({ deletedAt }: Pick<Linked, 'deletedAt'>): string {
  return deletedAt === null
    ? 'Its time on this gateway is over, or the provider lost it before it could be copied. Its link now answers “not found”.'
    : 'It was deleted together with the job’s prompt and reference. Its link now answers “not found”.';
}

/** The link that saves a video instead of playing it. A signed link stays signed. */
export function downloadUrlOf(videoUrl: string): string {
  return `${videoUrl}${videoUrl.includes('?') ? '&' : '?'}download`;
}

/** When a signed link expires, in epoch milliseconds; null if it never does. */
export function linkExpiryOf(videoUrl: string): number | null {
  const seconds = Number(new URL(videoUrl).searchParams.get('expires') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** What is known of a video's file, such as `1280 × 720, 5 s, 1.4 MB`; '' before the video is stored. */
export function fileText({ width, height, durationSeconds, byteSize }: Omit<Video, keyof Held | 'posterUrl'>): string {
  const parts = [
    width === null || height === null ? null : `${width} × ${height}`,
    durationSeconds === null ? null : durationText(Math.max(1, durationSeconds)),
    byteSize === null ? null : sizeText(byteSize),
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
