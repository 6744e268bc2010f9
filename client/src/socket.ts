import { type Client, createClient } from 'graphql-ws/client';
import { failureIn, ReelgateError } from './error.ts';
import type { Operation, Result } from './http.ts';
import { bearer, type Tokens } from './token.ts';

const openMs = 8000;
const keepAliveMs = 12_000;
const pongMs = 5000;

/** A WebSocket closed. Code 1006 means that it broke. */
type Closed = { readonly code: number; readonly reason: string };

/** The socket of all subscriptions. It opens with the first and closes after the last. */
export type Socket = {
  /** Fulfils when the subscription completes or `signal` aborts. Rejects with a ReelgateError if the gateway refuses it. */
  run(operation: Operation, next: (result: Result) => void, signal: AbortSignal): Promise<void>;
  /** How many sockets in a row failed without a word from the gateway. */
  unopened(): number;
  close(): void;
};

type SocketClass = new (
  url: string,
  protocol: string,
) => { addEventListener(event: string, listener: () => void): void };

/** The class of Node's package ws ends the program on an error without a listener, as of a socket that is closed while it opens. */
function heard(webSocketImpl: unknown) {
  return class extends (webSocketImpl as SocketClass) {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.addEventListener('error', () => undefined);
    }
  };
}

/** `webSocketImpl`: the class of the sockets. Nothing reconnects by itself here: the transport decides what comes next. */
export function createSocket(url: string, tokens: Tokens, webSocketImpl: unknown): Socket {
  let unopened = 0;
  let refusal: string | null = null;
  let token: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expect = (withinMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => client.terminate(), withinMs);
  };
  const client: Client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: heard(webSocketImpl),
    lazyCloseTimeout: 1000,
    retryAttempts: 0,
    keepAlive: keepAliveMs,
    async connectionParams() {
      token = await tokens.read();
      return token === null ? {} : { authorization: bearer(token) };
    },
    on: {
      connecting() {
        unopened += 1;
        expect(openMs);
      },
      connected() {
        clearTimeout(timer);
        unopened = 0;
        refusal = null;
      },
      // A connection may die silently, as when the machine sleeps.
      ping(received) {
        if (!received) expect(pongMs);
      },
      pong(received) {
        if (received) clearTimeout(timer);
      },
      closed(event) {
        clearTimeout(timer);
        const { code, reason } = event as Closed;
        // 4499 is our own: the timer above. Any other code comes from the gateway, so sockets do reach it.
        if (code !== 1006 && code !== 4499) unopened = 0;
        refusal = code === 4401 || code === 4403 ? reason : null;
        if (refusal !== null) tokens.refuse(token);
      },
    },
  });
  return {
    async run({ query, variables = {} }, next, signal) {
      let end: () => void = () => undefined;
      let stop: () => void = () => undefined;
      const ended = new Promise<void>((resolve, reject) => {
        stop = client.subscribe<Record<string, unknown>>(
          { query, variables },
          {
            next(received) {
              // graphql-ws has checked that it is a GraphQL result.
              const result = received as Result;
              const failure = failureIn(result);
              if (failure === null) return next(result);
              reject(failure);
            },
            error: (reason) => reject(failureOf(reason, refusal)),
            complete: resolve,
          },
        );
        end = resolve;
      });
      if (signal.aborted) end();
      signal.addEventListener('abort', end);
      await ended.finally(() => {
        signal.removeEventListener('abort', end);
        // Also after an error: until then the client counts the subscription, and would never close its next socket.
        stop();
      });
    },
    unopened: () => unopened,
    close() {
      // It closes a socket that is open, and never rejects then.
      Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}

/** Why a subscription ended early: refused by the gateway, or its socket closed or broke. */
function failureOf(reason: unknown, refusal: string | null): Error {
  if (refusal !== null) return new ReelgateError('UNAUTHENTICATED', refusal, { cause: reason });
  const failure = Array.isArray(reason) ? failureIn({ errors: reason }) : null;
  if (failure !== null) return failure;
  return reason instanceof ReelgateError ? reason : new Error('The socket closed.', { cause: reason });
}
