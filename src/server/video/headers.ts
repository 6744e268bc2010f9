import type { Job } from '../../domain/job.ts';
import { attachmentOf } from '../../lib/content-disposition.ts';
import type { VideoAddress } from './address.ts';

/**
 * Headers of every response about a video. Players on any page may read it: whoever has the link may play it. A video that is opened by
 * itself runs nothing.
 */
export const videoHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'Accept-Ranges, Content-Length, Content-Range, Content-Disposition, ETag, Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': 'sandbox',
};

/** The answer to a browser's preflight request. */
export const preflightHeaders = {
  ...videoHeaders,
  allow: 'GET, HEAD, OPTIONS',
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'Range, If-Range, If-None-Match',
  'access-control-max-age': '86400',
};

const suffixes: ReadonlyMap<string, string> = new Map([
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
  ['video/quicktime', 'mov'],
  ['video/x-matroska', 'mkv'],
  ['application/vnd.apple.mpegurl', 'm3u8'],
]);

/** The name under which a browser saves a file, from `?download=NAME` or made from the job; null if it is to be played. */
export function downloadNameOf({ query, isPoster }: VideoAddress, job: Job, contentType: string): string | null {
  const given = query.get('download');
  if (given === null) return null;
  const suffix = isPoster ? 'jpg' : (suffixes.get(contentType) ?? 'mp4');
  const made = `video-${new Date(job.createdAt).toISOString().slice(0, 10)}-${job.videoId.slice(0, 8)}`;
  // No control characters, and nothing that is special in a path on any system.
  const clean = given
    .replace(/[\p{C}\\/:*?"<>|]/gu, ' ')
    .trim()
    .slice(0, 100);
  const name = clean.replace(/^\.+/, '') || made;
  return name.toLowerCase().endsWith(`.${suffix}`) ? name : `${name}.${suffix}`;
}

/** The Content-Disposition of a download (RFC 6266); no header for a file that is to be played. */
export function dispositionOf(name: string | null): Readonly<Record<string, string>> {
  return name === null ? {} : { 'content-disposition': attachmentOf(name) };
}
