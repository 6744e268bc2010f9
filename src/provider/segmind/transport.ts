import type { Clock } from '../../ports.ts';
import type { Reply } from './answer.ts';
import { type AuthForm, createAuth } from './auth.ts';
import { openGetter } from './get.ts';
import { post } from './post.ts';

/** How long the parts of a request may take, in milliseconds. */
export type Timeouts = {
  /** TCP and TLS. */
  readonly connectMs: number;
  /** A whole submit, with a second try after a 401. */
  readonly submitMs: number;
  /** A whole look, with a second try after a 401. */
  readonly lookMs: number;
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
  get(url: URL): Promise<Reply>;
  /** On a fresh connection; `mayBegin` is asked before the first byte of each try. */
  post(url: URL, body: string, mayBegin: () => boolean): Promise<Reply>;
  /** Cuts GETs under way; POSTs go on. */
  close(): Promise<void>;
};

type Fields = Readonly<Record<string, string>>;

const commonFields = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'reelgate' };

/** Opens connections to one origin. */
export function openTransport({ origin, apiKey, auth: form, clock, timeouts, note }: TransportOptions): Transport {
  const auth = createAuth(form, apiKey);
  const getter = openGetter(origin, timeouts.connectMs);

  async function within(
    limitMs: number,
    attempt: (fields: Fields, signal: AbortSignal) => Promise<Reply>,
  ): Promise<Reply> {
    const end = new AbortController();
    const callOff = clock.after(limitMs, () => end.abort(new Error(`no answer within ${limitMs} ms`)));
    try {
      const reply = await auth.send((fields) => attempt({ ...commonFields, ...fields }, end.signal));
      note(reply);
      return reply;
    } finally {
      callOff();
    }
  }

  return {
    get: (url) => within(timeouts.lookMs, (headers, signal) => getter.get(url, headers, signal)),
    post: (url, body, mayBegin) =>
      within(timeouts.submitMs, (fields, signal) => {
        const headers = { ...fields, 'content-type': 'application/json' };
        return post({ url, headers, body }, mayBegin, { clock, connectMs: timeouts.connectMs, signal });
      }),
    close: () => getter.close(),
  };
}
