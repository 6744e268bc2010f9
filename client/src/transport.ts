import { isPassing, ReelgateError } from './error.ts';
import { cursorIn, feedNamesOf } from './feed-names.ts';
import type { Connection, Operation, Result } from './http.ts';
import type { Socket } from './socket.ts';
import { runStream, StreamBroken } from './stream.ts';
import { backoffMs, wait } from './wait.ts';
import { createWays, type Way } from './way.ts';

const pollMs = 4000;

/** A subscription, and what replaces it where no subscription gets through. */
type Subscription = Operation & {
  /** Reads the state by queries, passes on what is new, and returns whether that was the end. */
  readonly poll?: () => Promise<boolean>;
};

type Next = (result: Result) => void;

/** Runs subscriptions, whatever the network lets through. */
export type Transport = {
  /** Fulfils when it completes or `signal` aborts; rejects with a ReelgateError if the gateway refuses it. */
  run(subscription: Subscription, next: Next, signal: AbortSignal): Promise<void>;
  readonly way: () => Way;
  close(): void;
};

/** All subscriptions share one socket and one way, and reconnect for as long as they live. */
export function createTransport(connection: Connection, webSocketImpl: unknown): Transport {
  const attempts = createAttempts(connection, webSocketImpl);
  return {
    async run(subscription, next, signal) {
      const resumed = resumable(subscription);
      const isAborted = () => signal.aborted;
      let failures = 0;
      let refusals = 0;
      const take: Next = (result) => {
        failures = 0;
        refusals = 0;
        resumed.take(result);
        next(result);
      };
      while (!isAborted()) {
        try {
          if (await attempts.run(resumed.next(), take, signal)) return;
        } catch (error) {
          if (isAborted()) return;
          const isRefused = error instanceof ReelgateError && error.code === 'UNAUTHENTICATED';
          if (isRefused) refusals += 1;
          if (isRefused && refusals === 1 && connection.tokens.isRenewable) continue;
          if (error instanceof ReelgateError && !isPassing(error)) throw error;
          await wait(Math.max(backoffMs(failures), pauseMsOf(error)), signal);
          failures += 1;
        }
      }
    },
    way: attempts.way,
    close: attempts.close,
  };
}

/** Runs a subscription once, on the way of the moment. */
function createAttempts(connection: Connection, webSocketImpl: unknown) {
  const ways = createWays(webSocketImpl !== undefined);
  let opening: Promise<Socket> | null = null;

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
      ways.unopened(socket.unopened());
      throw error;
    }
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
      if (isOver) return true;
      ways.polled(true);
      await wait(pollMs, signal);
    } while (!signal.aborted && ways.current() === 'poll');
    return signal.aborted;
  }

  return {
    /** Returns whether it ended; if not, another way is to be tried. */
    async run(subscription: Subscription, next: Next, signal: AbortSignal): Promise<boolean> {
      const way = ways.current();
      if (way === 'poll' && subscription.poll) return runPolls(subscription.poll, signal);
      await (way === 'socket' ? runSocket : runStreamed)(subscription, next, signal);
      return true;
    },
    way: ways.current,
    close() {
      opening?.then(
        (socket) => socket.close(),
        () => undefined,
      );
    },
  };
}

/** How long the gateway asks to wait. */
function pauseMsOf(error: unknown): number {
  return error instanceof ReelgateError ? 1000 * (error.retryAfterSeconds ?? 0) : 0;
}

/** A subscription whose next connection continues jobEvents after the last cursor that it delivered. */
function resumable(subscription: Subscription) {
  const names = feedNamesOf(subscription.query);
  let { variables } = subscription;
  return {
    next: (): Subscription => (variables === undefined ? subscription : { ...subscription, variables }),
    take({ data }: Result) {
      const cursor = cursorIn(data, names);
      if (cursor !== null) variables = { ...variables, [names.variable]: cursor };
    },
  };
}
