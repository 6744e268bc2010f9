import type { Clock } from '../../../ports.ts';
import { type AuthForm, createAuth } from './auth.ts';
import { openGetter } from './get.ts';
import { post } from './post.ts';
import type { Reply } from './response.ts';

/** How long the parts of a request may take, in milliseconds. */
export type Timeouts = {
  /** TCP and TLS. */
  readonly connectMs: number;
  /** A whole submit, with a second try after a 401. */
  readonly submitMs: number;
  /** A whole look, with a second try after a 401. */
  readonly pollMs: number;
};

/** What requests are sent with. */
export type TransportOptions = {
  /** Where all requests go. */
  readonly origin: string;
  readonly apiKey: string;
  readonly auth: AuthForm;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** Told every reply that stands. */
  readonly note: (reply: Reply) => void;
};

/** Sends requests with the key and within their time. Promises never reject. */
export type Transport = {
  /** `path`: on the origin, with its query. */
  get(path: string): Promise<Reply>;
  /** On a fresh connection; `mayBegin` is asked before the first byte of each try. */
  post(url: URL, body: string, mayBegin: () => boolean): Promise<Reply>;
  /** Cuts GETs under way; POSTs go on. */
  close(): Promise<void>;
};

const fields = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'reelgate' };

/** Opens connections to one origin. */
export function openTransport({ origin, apiKey, auth: form, clock, timeouts, note }: TransportOptions): Transport {
  const { send } = createAuth({ form, apiKey, fields, note });
  const getter = openGetter(origin, timeouts.connectMs, clock);

  return {
    get(path) {
      const endsAt = clock.monotonic() + timeouts.pollMs;
      return send((headers) => getter.get({ path, headers, limitMs: Math.round(endsAt - clock.monotonic()) }));
    },
    async post(url, body, mayBegin) {
      const { submitMs, connectMs } = timeouts;
      const end = new AbortController();
      const callOff = clock.after(submitMs, () => end.abort(new Error(`no answer within ${submitMs} ms`)));
      const limits = { clock, connectMs, signal: end.signal };
      return send((headers) =>
        post({ url, headers: { ...headers, 'content-type': 'application/json' }, body }, mayBegin, limits),
      ).finally(callOff);
    },
    close: () => getter.close(),
  };
}
