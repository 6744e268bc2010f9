import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { readRange } from '../../../lib/byte-range.ts';
import { matchesEtag } from '../../../lib/etag.ts';
import { projectRoot } from '../../../lib/package.ts';
import { errorResponse, type HttpResponse, htmlResponse } from './response.ts';

const files = {
  '16:9': 'landscape-16-9.mp4',
  '9:16': 'portrait-9-16.mp4',
  '1:1': 'square-1-1.mp4',
  '4:3': 'landscape-4-3.mp4',
  '3:4': 'portrait-3-4.mp4',
} as const;

/** An aspect ratio in the provider's notation. */
export type Ratio = keyof typeof files;

/** The names of the sandbox's videos. */
export const videoFileNames: readonly string[] = Object.values(files);

/** Whether a text is an aspect ratio for which the sandbox has a video. */
export function isRatio(text: string): text is Ratio {
  return Object.hasOwn(files, text);
}

/** The name of an aspect ratio's file, such as `square-1-1.mp4`. */
export function videoNameOf(ratio: Ratio): string {
  return files[ratio];
}

/** Serves the sandbox's videos over HTTP, to players on any origin. */
export interface VideoFiles {
  /** Handles GET, HEAD and OPTIONS for a file's name (RFC 9110), with a single range, a strong ETag, If-None-Match and If-Range. */
  respond(name: string, request: IncomingMessage): HttpResponse;
}

type Video = { readonly bytes: Buffer; readonly etag: string };

const sharedHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'accept-ranges, content-length, content-range, etag',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Reads the five files into memory, half a megabyte in all; throws if one is missing. */
export function loadVideoFiles(): VideoFiles {
  const folder = join(projectRoot(), 'src', 'adapter', 'provider', 'sandbox', 'videos');
  const videos = new Map<string, Video>();
  for (const name of videoFileNames) {
    const bytes = readFileSync(join(folder, name));
    videos.set(name, { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` });
  }
  return { respond: (name, request) => withShared(responseOf(videos.get(name), request)) };
}

function withShared(response: HttpResponse): HttpResponse {
  return { ...response, headers: { ...response.headers, ...sharedHeaders } };
}

function responseOf(video: Video | undefined, request: IncomingMessage): HttpResponse {
  if (video === undefined) return errorResponse(404, 'Video not found');
  if (request.method === 'OPTIONS') return { status: 204, headers: preflightHeaders, body: '' };
  if (request.method === 'GET' || request.method === 'HEAD') return fileResponse(video, request);
  return htmlResponse(405, '405 Method Not Allowed', { allow: 'GET, HEAD, OPTIONS' });
}

const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'range, if-range, if-none-match',
  'access-control-max-age': '86400',
};

function fileResponse({ bytes, etag }: Video, request: IncomingMessage): HttpResponse {
  const headers = { 'accept-ranges': 'bytes', 'cache-control': 'public, max-age=3600', etag };
  const { 'if-none-match': known, 'if-range': held, range: wanted } = request.headers;
  if (known !== undefined && matchesEtag(known, etag)) return { status: 304, headers, body: '' };

  const whole: HttpResponse = { status: 200, headers: { ...headers, 'content-type': 'video/mp4' }, body: bytes };
  // RFC 9110, 14.2: a range applies to GET only. If-Range with a date never matches, because responses have no Last-Modified.
  const applies = request.method === 'GET' && (held === undefined || held === etag);
  const range = applies && wanted !== undefined ? readRange(wanted, bytes.length) : null;
  if (range === null) return whole;
  if (range === 'unsatisfiable') {
    return errorResponse(416, 'Range not satisfiable', { ...headers, 'content-range': `bytes */${bytes.length}` });
  }
  return {
    status: 206,
    headers: { ...whole.headers, 'content-range': `bytes ${range.first}-${range.last}/${bytes.length}` },
    body: bytes.subarray(range.first, range.last + 1),
  };
}
