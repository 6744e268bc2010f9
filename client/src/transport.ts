import { type ConnectionState, createConnectionStore } from './connection.ts';
import { isPassing, ReelgateError } from './error.ts';
import { cursorIn, feedNamesOf } from './feed-names.ts';
import { type Connection, type Operation, type Result, requestOnce } from './http.ts';
import type { Socket } from './socket.ts';
import { runStream, StreamBroken } from './stream.ts';
import { backoffMs, follow, wait } from './wait.ts';
import { createWays, mostSockets, type Way } from './way.ts';

const pollMs = 4000;

/** How long to wait for a sign of the gateway before its sockets count as blocked. */
const signMs = 5000;

/** How many streams a page keeps open. Browsers open six connections to a host over HTTP/1.1, and requests need some. */
const mostStreams = 4;

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
  readonly connection: () => ConnectionState;
  /** Calls back after every change of `connection()`, until the returned function is called. */
  readonly onConnection: (listener: () => void) => () => void;
  close(): void;
};

/** All subscriptions share one socket and one way, and reconnect for as long as they live. */
export function createTransport(connection: Connection, webSocketImpl: unknown): Transport {
  const state = createConnectionStore();
  const attempts = createAttempts(connection, webSocketImpl, () => state.become('live'));
  let running = 0;

  async function runToEnd(subscription: Subscription, next: Next, signal: AbortSignal): Promise<void> {
    const resumed = resumable(subscription);
    const isAborted = () => signal.aborted;
    let failures = 0;
    let refusals = 0;
    const take: Next = (result) => {
      failures = 0;
      refusals = 0;
      state.become('live');
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
        if (isWord(error)) await wait(Math.max(backoffMs(failures), pauseMsOf(error)), signal);
        else {
          state.become('lost');
          await waitUntilLive(backoffMs(failures), signal);
        }
        failures += 1;
      }
    }
  }

  /** Waits so long, or until another subscription gets through. */
  function waitUntilLive(delayMs: number, signal: AbortSignal): Promise<void> {
    const controller = new AbortController();
    const unfollow = follow(signal, controller);
    const unlisten = state.listen(() => {
      if (state.read() === 'live') controller.abort();
    });
    return wait(delayMs, controller.signal).finally(() => {
      unfollow();
      unlisten();
    });
  }

  return {
    run(subscription, next, signal) {
      running += 1;
      return runToEnd(subscription, next, signal).finally(() => {
        running -= 1;
        if (running === 0) state.become('idle');
      });
    },
    way: attempts.way,
    connection: state.read,
    onConnection: state.listen,
    close: attempts.close,
  };
}

/** Whether an error is what the gateway itself has to say. */
function isWord(error: unknown): boolean {
  return error instanceof ReelgateError && error.code !== 'NETWORK';
}

/** Runs a subscription once, on the way of the moment. `onPolled`: a poll has succeeded. */
function createAttempts(connection: Connection, webSocketImpl: unknown, onPolled: () => void) {
  const ways = createWays(webSocketImpl !== undefined);
  let opening: Promise<Socket> | null = null;
  let sign: Promise<boolean> | null = null;
  let streams = 0;

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
    streams += 1;
    try {
      await runStream(connection, operation, next, signal);
      ways.streamEnded(false);
    } catch (error) {
      ways.streamEnded(error instanceof StreamBroken && error.isBlocked);
      throw error;
    } finally {
      streams -= 1;
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
    async run(subscription: Subscription, next: Next, signal: AbortSignal): Promise<boolean> {
      const way = ways.current();
      const isFull = way === 'stream' && 'location' in globalThis && streams >= mostStreams;
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
