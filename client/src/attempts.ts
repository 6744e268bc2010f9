import { isPassing } from './error.ts';
import { type Connection, type Operation, type Result, requestOnce } from './http.ts';
import type { Socket } from './socket.ts';
import { runStream, StreamBroken } from './stream.ts';
import { wait } from './wait.ts';
import { createWays, mostSockets } from './way.ts';

const pollMs = 4000;

/** How long to wait for a sign of the gateway before its sockets count as blocked. */
const signMs = 5000;

/** How many streams a page keeps open. Browsers open six connections to a host over HTTP/1.1, and requests need some. */
export const mostStreams = 4;

/** A subscription, and what replaces it where no subscription gets through. */
export type Subscription = Operation & {
  /** Reads the state by queries, passes on what is new, and returns whether that was the end. */
  readonly poll?: () => Promise<boolean>;
};

/** Takes what arrives. */
export type Next = (result: Result) => void;

/** What an attempt needs to know. `isEarly`: a page has a stream for this subscription, because few began before it. */
type Turn = { readonly next: Next; readonly signal: AbortSignal; readonly isEarly: boolean };

/** Runs a subscription once, on the way of the moment. `onPolled`: a poll has succeeded. */
export function createAttempts(connection: Connection, webSocketImpl: unknown, onPolled: () => void) {
  const ways = createWays(webSocketImpl !== undefined);
  let opening: Promise<Socket> | null = null;
  let sign: Promise<boolean> | null = null;

  // Loaded with the first subscription, so that a page which only sends requests does not load it.
  async function open(): Promise<Socket> {
    const { createSocket } = await import('./socket.ts');
    return createSocket(connection.url, connection.tokens, webSocketImpl);
  }

  async function runSocket(operation: Operation, next: Next, signal: AbortSignal): Promise<void> {
    opening ??= open();
    const socket = await opening.catch((error: unknown) => {
      // A page without its scripts, as after a new release of it, has no sockets.
      ways.unopened(Number.POSITIVE_INFINITY);
      opening = null;
      throw error;
    });
    try {
      await socket.run(operation, next, signal);
    } catch (error) {
      // If nothing at all gets through, the gateway is away, and the network is not to blame.
      if (socket.unopened() >= mostSockets && (await hasSign())) ways.unopened(socket.unopened());
      throw error;
    }
  }

  /** Whether the gateway answers requests. All subscriptions share the question. */
  function hasSign(): Promise<boolean> {
    const ask = async () => {
      try {
        await requestOnce(connection, { query: 'query Sign{__typename}' });
        return true;
      } catch (error) {
        return !isPassing(error);
      }
    };
    sign ??= Promise.race([ask(), wait(signMs).then(() => false)]).finally(() => {
      sign = null;
    });
    return sign;
  }

  async function runStreamed(operation: Operation, next: Next, signal: AbortSignal): Promise<void> {
    try {
      await runStream(connection, operation, next, signal);
      ways.streamEnded(false);
    } catch (error) {
      ways.streamEnded(error instanceof StreamBroken && error.isBlocked);
      throw error;
    }
  }

  /** Returns false if it has not ended and another way is to be tried. */
  async function runPolls(poll: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    do {
      const isOver = await poll().catch((error: unknown) => {
        ways.polled(!isPassing(error));
        throw error;
      });
      onPolled();
      if (isOver) return true;
      ways.polled(true);
      await wait(pollMs, signal);
    } while (!signal.aborted && ways.current() === 'poll');
    return signal.aborted;
  }

  return {
    /** Returns whether it ended; if not, another way is to be tried. */
    async run(subscription: Subscription, { next, signal, isEarly }: Turn): Promise<boolean> {
      const way = ways.current();
      const isFull = way === 'stream' && 'location' in globalThis && !isEarly;
      if ((way === 'poll' || isFull) && subscription.poll) return runPolls(subscription.poll, signal);
      if (isFull) {
        await wait(pollMs, signal);
        return false;
      }
      await (way === 'socket' ? runSocket : runStreamed)(subscription, next, signal);
      return true;
    },
    way: ways.current,
    close() {
      opening?.then(
        (socket) => socket.close(),
        () => undefined,
      );
      opening = null;
    },
  };
}
