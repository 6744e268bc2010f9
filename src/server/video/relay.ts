import { pipeline } from 'node:stream/promises';
import type { Environment } from '../../domain/job.ts';
import { createLogLimit } from '../../lib/log-limit.ts';
import { SourceError, type SourceResponse, type VideoSource } from '../../ports/video.ts';
import type { Clock, Log } from '../../ports.ts';
import { refusal } from '../graphql/errors.ts';
import { sendError, sendHead } from '../http/response.ts';
import { videoHeaders } from './headers.ts';
import type { VideoRequest } from './request.ts';

/** Passes a video through from the provider, while the gateway has no copy of its own. `url`: where the provider has it. */
export type Relay = (request: VideoRequest, url: string, headers: Readonly<Record<string, string>>) => Promise<void>;

/** Each player holds a connection to the provider. */
const mostRelayed = 200;

/** Nothing of it is kept anywhere: the gateway's own copy will have an ETag, and this has none. */
const notKept = { 'cache-control': 'private, no-cache' };

const notStored = { ...videoHeaders, 'cache-control': 'no-store' };

/** Creates the relay. A provider that has lost the file is 404, one that cannot be read 502. */
export function createRelay(deps: {
  readonly sources: () => Readonly<Record<Environment, VideoSource>>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}): Relay {
  const { sources, clock, log } = deps;
  const mayLog = createLogLimit(clock);
  let relayed = 0;

  return async (video, url, headers) => {
    if (relayed >= mostRelayed) {
      return refuse(video, 503, 'Too many players read videos from the provider at the moment: try again in a moment.');
    }
    relayed += 1;
    try {
      await relay(video, await ask(video, url), headers);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.kind === 'aborted') return;
      const jobId = video.job.id;
      if (mayLog(error.kind))
        log.warn({ jobId, reason: error.message }, 'A video could not be read from the provider.');
      if (video.reply.response.headersSent) video.reply.response.destroy();
      else refuse(video, 502, 'The provider cannot be read at the moment: try again in a few seconds.');
    } finally {
      relayed -= 1;
    }
  };

  /** Without an ETag of ours no If-Range can match, so such a request is for everything (RFC 9110, 13.1.5). */
  function ask({ request, job, signal }: VideoRequest, url: string): Promise<SourceResponse> {
    const { range, 'if-range': held } = request.headers;
    const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
    return sources()[job.environment].open(url, {
      method,
      range: method === 'GET' && held === undefined ? (range ?? null) : null,
      signal,
    });
  }
}

async function relay(
  video: VideoRequest,
  found: SourceResponse,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const { status, contentLength, contentRange, acceptsRanges, body } = found;
  const headers = {
    ...videoHeaders,
    ...notKept,
    ...given,
    ...(acceptsRanges || status === 206 ? { 'accept-ranges': 'bytes' } : {}),
    ...(contentLength === null ? {} : { 'content-length': String(contentLength) }),
    ...(contentRange === null ? {} : { 'content-range': contentRange }),
  };
  const { response, headers: common } = video.reply;
  if (status === 416) return sendHead(video.reply, 416, { ...headers, 'content-length': '0' });
  if (status === 404 || status === 410) return refuse(video, 404, 'The provider does not have this video any more.');
  if (status !== 200 && status !== 206) {
    body?.destroy();
    return refuse(video, 502, 'The provider cannot be read at the moment: try again in a few seconds.');
  }
  if (body === null) return sendHead(video.reply, status, headers);
  response.writeHead(status, { ...common, ...headers });
  await pipeline(body, response);
}

function refuse({ reply }: VideoRequest, status: 404 | 502 | 503, sentence: string): void {
  const again = status === 404 ? {} : { 'retry-after': '5' };
  const code = status === 404 ? 'NOT_FOUND' : 'INTERNAL_SERVER_ERROR';
  sendError(reply, status, refusal(code, sentence), { ...notStored, ...again });
}
