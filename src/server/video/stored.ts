import { pipeline } from 'node:stream/promises';
import { posterFileOf, videoFileOf } from '../../domain/copy.ts';
import { readRange } from '../../lib/byte-range.ts';
import { matchesEtag } from '../../lib/etag.ts';
import type { BlobStore } from '../../ports/video.ts';
import { sendHead } from '../http/response.ts';
import { dispositionOf, downloadNameOf, videoHeaders } from './headers.ts';
import type { VideoRequest } from './request.ts';

/** Sends a file of the gateway's own store. Fulfils with false, and sends nothing, if the store does not have it. */
export type SendStored = (request: VideoRequest) => Promise<boolean>;

/** How long a link of the store's own is good for; a browser may keep the redirect for half of that. */
const linkSeconds = 3600;

const keptForEver = 'private, max-age=31536000, immutable';

/**
 * Creates the sender: GET and HEAD by RFC 9110, with single ranges, a strong ETag (the file's SHA-256), If-None-Match and If-Range.
 * `redirects`: whether GET is answered with a link of the store's own where it makes such links. Rejects with a BlobError.
 */
export function createSendStored(blobs: BlobStore, { redirects }: { readonly redirects: boolean }): SendStored {
  return async (video) => {
    const { request, reply, address, job } = video;
    const { videoId, copy } = job;
    const [name, type] = address.isPoster
      ? [posterFileOf(videoId), 'image/jpeg']
      : [videoFileOf(videoId), job.video?.contentType ?? job.lateVideo?.contentType ?? 'video/mp4'];
    const etag = `"${copy.sha256 ?? videoId}${address.isPoster ? '-poster' : ''}"`;
    const download = downloadNameOf(address, job, type);
    const headers = {
      ...videoHeaders,
      ...dispositionOf(download),
      'accept-ranges': 'bytes',
      'cache-control': keptForEver,
      'content-type': type,
      etag,
    };
    const { 'if-none-match': known, 'if-range': held, range: wanted } = request.headers;
    if (known !== undefined && matchesEtag(known, etag)) {
      sendHead(reply, 304, headers);
      return true;
    }
    const isGet = request.method === 'GET';
    const link = redirects && isGet ? await blobs.linkOf(name, linkSeconds, download) : null;
    if (link !== null) {
      sendHead(reply, 302, { ...videoHeaders, location: link, 'cache-control': `private, max-age=${linkSeconds / 2}` });
      return true;
    }
    const size = address.isPoster ? await sizeOf(blobs, name) : copy.byteSize;
    if (size === null) return false;
    if (!isGet) {
      sendHead(reply, 200, { ...headers, 'content-length': String(size) });
      return true;
    }
    // RFC 9110, 14.2: a range is for GET only. A date in If-Range never matches, since there is no Last-Modified.
    const range = wanted !== undefined && (held === undefined || held === etag) ? readRange(wanted, size) : null;
    if (range === 'unsatisfiable') {
      sendHead(reply, 416, { ...headers, 'content-range': `bytes */${size}`, 'content-length': '0' });
      return true;
    }
    const part = range === null ? null : { start: range.first, end: range.last };
    const found = await blobs.open(name, part);
    if (found === null) return false;
    const length = part === null ? size : part.end - part.start + 1;
    const rangeHeader = part === null ? {} : { 'content-range': `bytes ${part.start}-${part.end}/${size}` };
    reply.response.writeHead(part === null ? 200 : 206, {
      ...reply.headers,
      ...headers,
      ...rangeHeader,
      'content-length': length,
    });
    await pipeline(found.stream, reply.response);
    return true;
  };
}

async function sizeOf(blobs: BlobStore, name: string): Promise<number | null> {
  const found = await blobs.open(name, { start: 0, end: 0 });
  found?.stream.destroy();
  return found?.byteSize ?? null;
}
