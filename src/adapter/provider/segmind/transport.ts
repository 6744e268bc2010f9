import { type Proxies, proxyOf } from '../../../lib/proxy.ts';
import type { Clock } from '../../../ports.ts';
import { type AuthForm, createAuth } from './auth.ts';
import { openGetter } from './get.ts';
import { post } from './post.ts';
import type { HttpOutcome } from './response.ts';

/** Time limits of requests, in milliseconds. */
export type Timeouts = {
  /** For TCP and TLS, and for the tunnel of a proxy. */
  readonly connectMs: number;
  /** For a whole submit, including a second try after a 401. */
  readonly submitMs: number;
  /** For a whole poll, including a second try after a 401. */
  readonly pollMs: number;
};

/** What the transport receives. */
export type TransportOptions = {
  /** The origin to which all requests go. */
  readonly origin: string;
  readonly apiKey: string;
  readonly auth: AuthForm;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly proxies: Proxies;
  /** Receives the outcome of every request. */
  readonly note: (outcome: HttpOutcome) => void;
};

/** Sends requests with the key and within their time limits. Promises never reject. */
export type Transport = {
  /** `path` includes the query. */
  get(path: string): Promise<HttpOutcome>;
  /** Uses a new connection, and calls `mayBegin` before the first byte of each try. */
  post(url: URL, body: string, mayBegin: () => boolean): Promise<HttpOutcome>;
  /** Aborts GETs in flight; POSTs go on. */
  close(): Promise<void>;
};

const fields = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'reelgate' };

/** Opens connections to one origin. */
export function openTransport({
  origin,
  apiKey,
  auth: form,
  clock,
  timeouts,
  proxies,
  note,
}: TransportOptions): Transport {
  const { send } = createAuth({ form, apiKey, fields, note });
  const getter = openGetter(origin, { proxies, connectMs: timeouts.connectMs }, clock);

  return {
    get(path) {
      const endsAt = clock.monotonic() + timeouts.pollMs;
      return send((headers) => getter.get({ path, headers, limitMs: Math.round(endsAt - clock.monotonic()) }));
    },
    async post(url, body, mayBegin) {
      const { submitMs, connectMs } = timeouts;
      const end = new AbortController();
      const cancelTimeout = clock.after(submitMs, () => end.abort(new Error(`no response within ${submitMs} ms`)));
      const limits = { clock, connectMs, signal: end.signal };
      return send((headers) =>
        post(
          { url, headers: { ...headers, 'content-type': 'application/json' }, body },
          mayBegin,
          limits,
          proxyOf(proxies, url),
        ),
      ).finally(cancelTimeout);
    },
    close: () => getter.close(),
  };
}
