import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { noProxies, type Proxies, proxyOf } from '../../lib/proxy.ts';
import { SourceError, type SourceRequest, type SourceResponse, type VideoSource } from '../../ports/video.ts';
import type { Clock } from '../../ports.ts';
import { createConnector } from '../outbound/connector.ts';
import { checkTunnelled, guardedLookup, readTarget, type SourceReach } from './guard.ts';
import { meteredBody } from './metered-body.ts';

/** How much a source reads, and for how long. */
type SourceLimits = {
  readonly maxBytes: number;
  /** For the whole exchange, from the first connection to the last byte. */
  readonly totalMs: number;
  /** Without a byte, while the reader waits for one. */
  readonly idleMs: number;
  readonly connectMs: number;
};

const usualLimits: SourceLimits = { maxBytes: 2 * 1024 ** 3, totalMs: 600_000, idleMs: 30_000, connectMs: 10_000 };

/** What a source receives. Tests bring limits and a resolver of their own. */
export type VideoSourceOptions = SourceReach & {
  readonly clock: Pick<Clock, 'after'>;
  readonly limits?: Partial<SourceLimits>;
  readonly lookup?: LookupFunction;
  /** Without it, connections are direct. */
  readonly proxies?: Proxies;
};

const maxRedirects = 5;

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const bodyStatuses: ReadonlySet<number> = new Set([200, 206]);

/** Types of pages and messages, which come in place of a video: signs of an expired link, a login or a fault. */
const textType = /^\s*(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)|application\/xhtml)/i;

/** Reads videos over HTTP, without keys, cookies or referrer, from allowed addresses only. */
export function openVideoSource(options: VideoSourceOptions): VideoSource {
  const limits = { ...usualLimits, ...options.limits };
  const times = { headersTimeout: limits.idleMs, bodyTimeout: limits.idleMs };
  const { connectMs } = limits;
  const { scope, trustedOrigin, clock, proxies = noProxies, lookup = systemLookup } = options;
  const connect = createConnector({ proxies, connectMs, lookup: guardedLookup(scope, lookup) });
  const guarded = new Agent({ ...times, connect });
  const trusted = new Agent({ ...times, connect: { timeout: connectMs } });

  /** Follows redirects to the response that is none. Each hop is checked as the first. */
  async function follow(url: string, { method, range }: SourceRequest, signal: AbortSignal) {
    let target = readTarget(url, null, options);
    for (let redirects = 0; ; redirects += 1) {
      const headers = { 'accept-encoding': 'identity', 'user-agent': 'reelgate', ...(range === null ? {} : { range }) };
      const isTrusted = target.origin === trustedOrigin;
      if (!isTrusted && proxyOf(proxies, target) !== null) await checkTunnelled(target, { scope, lookup, clock });
      const dispatcher: Dispatcher = isTrusted ? trusted : guarded;
      const response = await request(target, { method, headers, signal, dispatcher });
      // Whoever takes over the body listens, too: a body that is destroyed also emits an error.
      response.body.on('error', () => undefined);
      const { location } = response.headers;
      if (!redirectStatuses.has(response.statusCode) || typeof location !== 'string') return { response, target };
      response.body.destroy();
      if (redirects === maxRedirects)
        throw new SourceError('unreachable', 'The provider redirected more than 5 times.');
      target = readTarget(location, target, options);
    }
  }

  return {
    async open(url, asked) {
      const end = new AbortController();
      const onAbort = () => end.abort(new SourceError('aborted', 'The reading of a video was aborted.'));
      const stopTimer = options.clock.after(limits.totalMs, () =>
        end.abort(new SourceError('tooLong', `A video was not read within ${limits.totalMs / 1000} s.`)),
      );
      const finish = () => {
        stopTimer();
        asked.signal.removeEventListener('abort', onAbort);
      };
      asked.signal.addEventListener('abort', onAbort, { once: true });
      if (asked.signal.aborted) onAbort();
      try {
        const { response, target } = await follow(url, asked, end.signal);
        const head = headOf(response);
        if (!bodyStatuses.has(head.status)) {
          response.body.destroy();
          finish();
          return { ...head, body: null };
        }
        checkHead(response, head, limits);
        if (asked.method === 'HEAD') {
          response.body.destroy();
          finish();
          return { ...head, body: null };
        }
        const expected = { status: head.status, length: head.contentLength, host: target.host };
        return { ...head, body: await meteredBody(response.body, expected, limits.maxBytes, finish) };
      } catch (error) {
        finish();
        end.abort();
        throw sourceErrorOf(error);
      }
    },
    async close() {
      await Promise.all([guarded.destroy(), trusted.destroy()]);
    },
  };
}

type Head = Omit<SourceResponse, 'body'>;

function headOf({ statusCode, headers }: Dispatcher.ResponseData): Head {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  };
  const length = text('content-length');
  return {
    status: statusCode,
    contentType: text('content-type'),
    contentLength: length === null ? null : Number(length),
    contentRange: text('content-range'),
    acceptsRanges: text('accept-ranges') === 'bytes',
    etag: text('etag'),
    lastModified: text('last-modified'),
  };
}

/** Throws if the head of a response says that its body is no video, or too long. */
function checkHead(
  response: Dispatcher.ResponseData,
  { contentType, contentLength }: Head,
  limits: SourceLimits,
): void {
  const encoding = String(response.headers['content-encoding'] ?? 'identity').trim();
  const reason = contentType !== null && textType.test(contentType) ? 'a page or a message' : 'an encoded body';
  if (reason === 'a page or a message' || !/^(?:identity)?$/i.test(encoding)) {
    response.body.destroy();
    throw new SourceError('notVideo', `The provider sent ${reason} instead of a video.`);
  }
  if ((contentLength ?? 0) > limits.maxBytes) {
    response.body.destroy();
    throw new SourceError('tooLong', `The provider’s video is larger than ${limits.maxBytes} bytes.`);
  }
}

function sourceErrorOf(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  // A connection that fails at several addresses of a host holds the error of each.
  if (error instanceof AggregateError) {
    const known = error.errors.find((each): each is SourceError => each instanceof SourceError);
    if (known !== undefined) return known;
  }
  return new SourceError('unreachable', 'The provider’s file server did not respond.', { cause: error });
}
