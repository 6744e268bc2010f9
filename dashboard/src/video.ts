import { isKeptHere } from '@reelgate/client/jobs';
import type { Video } from './api/operations.ts';
import { durationText, instantText, relativeText } from './time.ts';

type Held = Pick<Video, 'url' | 'storage' | 'expiresAt'>;

/** A job's link to its video, and when the job was deleted; null if it was not. */
type Linked = { readonly videoUrl: string; readonly deletedAt: string | null };

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

const earlyMs = 5 * 60_000;
const leastMs = 60_000;

/**
 * In how many milliseconds a signed link should be read again: before it expires, and at most once a minute after the first time. Null
 * where it does not expire. `now` in epoch milliseconds.
 */
export function linkReadInMs(
  url: string,
  { now, reads }: { readonly now: number; readonly reads: number },
): number | null {
  const expiry = linkExpiryOf(url);
  return expiry === null ? null : Math.max(expiry - earlyMs - now, reads === 0 ? 0 : leastMs);
}

/** Why a browser could not play a video: `code` is that of its MediaError, of which 2 is the network and 3 the file itself. */
export function brokenText(
  video: Held,
  job: Linked,
  { code, now }: { readonly code: number; readonly now: number },
): string {
  const linkExpiresAt = linkExpiryOf(video.url);
  if (linkExpiresAt !== null && linkExpiresAt <= now) return 'Its link has expired.';
  if (code === 2) return 'The connection broke while it was loading.';
  if (code === 3) return 'Your browser can’t read its file.';
  if (isKeptHere(video, job)) return 'This gateway did not deliver its file.';
  const isDeleted = video.expiresAt !== null && Date.parse(video.expiresAt) <= now;
  return isDeleted ? 'The provider has deleted it.' : 'The provider did not deliver its file.';
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
