import type { Readable } from 'node:stream';
import { Client, type Dispatcher } from 'undici';
import { type EndedAttempt, retryAfterMsOf } from '../../domain/webhook-schedule.ts';
import type { WebhookRequest, WebhookSender } from '../../ports/webhook.ts';
import type { Clock } from '../../ports.ts';
import { checkedLookup, ForbiddenTarget, readTarget, type Target, type WebhookReach } from './guard.ts';
import { createNames, type NameOptions } from './names.ts';

/** What a sender receives. Tests bring a resolver, and less time, of their own. */
export type WebhookSenderOptions = WebhookReach &
  NameOptions & {
    readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
    readonly version: string;
    readonly totalMs?: number;
  };

/** For the whole attempt, from the lookup to the end of what is read of the response. */
const usualTotalMs = 15_000;

const readBytes = 4096;

const keptBytes = 2048;

type Response = Pick<EndedAttempt, 'httpStatus' | 'response' | 'retryAfterMs'>;

/**
 * Sends webhooks. Each attempt looks its host up and has a connection of its own, so that no address is used that was not just checked.
 * Requests carry no key, no cookie and no referrer; redirects are not followed.
 */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { clock, totalMs = usualTotalMs } = options;
  const lookupIn = createNames(options);
  const underWay = new Set<AbortController>();

  async function exchange({ url, scope }: Target, request: WebhookRequest, end: AbortController): Promise<Response> {
    const connect = { timeout: totalMs, lookup: checkedLookup(scope, lookupIn(scope)) };
    const client = new Client(url.origin, {
      connect,
      pipelining: 0,
      headersTimeout: totalMs,
      bodyTimeout: totalMs,
      maxHeaderSize: 16_384,
    });
    // The signal of a request counts only once it has a connection: a name may be looked up for longer.
    end.signal.addEventListener('abort', () => {
      client.destroy(asError(end.signal.reason)).catch(() => undefined);
    });
    try {
      const response = await client.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: {
          ...request.headers,
          'content-type': 'application/json',
          'user-agent': `reelgate/${options.version} (webhooks)`,
          'accept-encoding': 'identity',
        },
        body: request.body,
        signal: end.signal,
      });
      return await read(response, clock.now());
    } finally {
      client.destroy().catch(() => undefined);
    }
  }

  return {
    refusalOf(url, environment) {
      try {
        readTarget(url, environment, options);
        return null;
      } catch (error) {
        if (error instanceof ForbiddenTarget) return error.message;
        throw error;
      }
    },
    async send(request) {
      const at = clock.now();
      const begunAt = clock.monotonic();
      const end = new AbortController();
      underWay.add(end);
      const cancelTimer = clock.after(totalMs, () => end.abort(new TooLate()));
      const ended = (outcome: Omit<EndedAttempt, 'at' | 'durationMs'>): EndedAttempt => ({
        at,
        durationMs: Math.max(0, Math.round(clock.monotonic() - begunAt)),
        ...outcome,
      });
      try {
        const target = readTarget(request.url, request.environment, options);
        const response = await exchange(target, request, end);
        return ended({ ...response, error: errorOfStatus(response.httpStatus) });
      } catch (error) {
        if (end.signal.reason instanceof Stopped) return null;
        return ended({ httpStatus: null, response: null, retryAfterMs: null, error: sentenceOf(error, totalMs) });
      } finally {
        cancelTimer();
        underWay.delete(end);
      }
    },
    async close() {
      for (const end of underWay) end.abort(new Stopped());
      await Promise.resolve();
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Not in time. */
class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** The gateway stops. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** The status, and the beginning of the body: a body that fails or stalls does not undo the status. */
async function read({ statusCode, headers, body }: Dispatcher.ResponseData, now: number): Promise<Response> {
  const retryAfter = headers['retry-after'];
  const isSuccess = statusCode >= 200 && statusCode < 300;
  const retryAfterMs = isSuccess ? null : retryAfterMsOf(typeof retryAfter === 'string' ? retryAfter : null, now);
  return { httpStatus: statusCode, response: await beginningOf(body), retryAfterMs };
}

async function beginningOf(body: Readable): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      // A body without an encoding brings bytes.
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).byteLength;
      if (bytes >= readBytes) break;
    }
  } catch {
    // What has come until then is kept.
  }
  body.destroy();
  if (bytes === 0) return null;
  // Databases end texts at U+0000. A character that the limit cuts in half is left out.
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, keptBytes), { stream: true });
  return text.replaceAll('\0', '\uFFFD');
}

function errorOfStatus(status: number | null): string | null {
  if (status === null) return 'It did not answer.';
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}: redirects are not followed.`;
  return `It answered ${status}.`;
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'It refused the connection.',
  ECONNRESET: 'It closed the connection.',
  UND_ERR_SOCKET: 'It closed the connection.',
  ENOTFOUND: 'Its name has no address.',
  EAI_AGAIN: 'Its name could not be looked up.',
  EHOSTUNREACH: 'It cannot be reached.',
  ENETUNREACH: 'It cannot be reached.',
  ETIMEDOUT: 'It did not accept the connection in time.',
  UND_ERR_CONNECT_TIMEOUT: 'It did not accept the connection in time.',
};

function sentenceOf(error: unknown, totalMs: number): string {
  const all = error instanceof AggregateError ? error.errors : [error, error instanceof Error ? error.cause : null];
  const refused = all.find((each): each is ForbiddenTarget => each instanceof ForbiddenTarget);
  if (refused !== undefined) return refused.message;
  if (all.some((each) => each instanceof TooLate)) return `It did not answer within ${totalMs / 1000} s.`;
  const code = codeOf(error) ?? codeOf(all[0]) ?? '';
  if (/CERT|SSL|TLS|ERR_TLS|SELF_SIGNED|UNABLE_TO_/.test(code)) return `Its TLS certificate is not accepted (${code}).`;
  return sentences[code] ?? `It could not be asked (${code === '' ? 'unknown fault' : code}).`;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
