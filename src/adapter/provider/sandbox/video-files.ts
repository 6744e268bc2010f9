import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { projectRoot } from '../../../lib/package.ts';
import { readRange } from './range.ts';
import { errorResponse, type HttpResponse, htmlResponse } from './response.ts';

const files = {
  '16:9': 'landscape-16-9.mp4',
  '9:16': 'portrait-9-16.mp4',
  '1:1': 'square-1-1.mp4',
  '4:3': 'landscape-4-3.mp4',
  '3:4': 'portrait-3-4.mp4',
} as const;

/** An aspect ratio as it stands on the wire. */
export type Ratio = keyof typeof files;

/** Whether a text is an aspect ratio that the sandbox has a video for. */
export function isRatio(text: string): text is Ratio {
  return Object.hasOwn(files, text);
}

/** The name of an aspect ratio's file, such as `square-1-1.mp4`. */
export function videoNameOf(ratio: Ratio): string {
  return files[ratio];
}

/** The sandbox's videos over HTTP, for players on any page. */
export interface VideoFiles {
  /** Answers GET, HEAD and OPTIONS for a file's name as RFC 9110 has it: one range, a strong ETag, conditions on it. */
  answer(name: string, request: IncomingMessage): HttpResponse;
}

type Video = { readonly bytes: Buffer; readonly etag: string };

const sharedHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'accept-ranges, content-length, content-range, etag',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Reads the five files into memory, half a megabyte in all; throws where one is missing. */
export function loadVideoFiles(): VideoFiles {
  const folder = join(projectRoot(), 'src', 'adapter', 'provider', 'sandbox', 'videos');
  const videos = new Map<string, Video>();
  for (const name of Object.values(files)) {
    const bytes = readFileSync(join(folder, name));
    videos.set(name, { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` });
  }
  return { answer: (name, request) => withShared(answerOf(videos.get(name), request)) };
}

function withShared(answer: HttpResponse): HttpResponse {
  return { ...answer, headers: { ...answer.headers, ...sharedHeaders } };
}

function answerOf(video: Video | undefined, request: IncomingMessage): HttpResponse {
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
  if (known !== undefined && knows(known, etag)) return { status: 304, headers, body: '' };

  const whole: HttpResponse = { status: 200, headers: { ...headers, 'content-type': 'video/mp4' }, body: bytes };
  // RFC 9110, 14.2: a range counts for GET only. If-Range with a date never matches, as we send no date to compare it with.
  const counts = request.method === 'GET' && (held === undefined || held === etag);
  const range = counts && wanted !== undefined ? readRange(wanted, bytes.length) : null;
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

/** Whether an If-None-Match header names the etag, by the weak comparison that RFC 9110, 13.1.2 asks for. */
function knows(header: string, etag: string): boolean {
  return header.split(',').some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === etag);
}
