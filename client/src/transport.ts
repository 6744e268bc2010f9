import { createAttempts, mostStreams, type Next, type Subscription } from './attempts.ts';
import { type ConnectionState, createConnectionStore } from './connection.ts';
import { isPassing, ReelgateError } from './error.ts';
import { cursorIn, feedNamesOf } from './feed-names.ts';
import type { Connection, Result } from './http.ts';
import { backoffMs, follow, wait } from './wait.ts';
import type { Way } from './way.ts';

/** Runs subscriptions, whatever the network lets through. */
export type Transport = {
  /** Fulfils when it completes or `signal` aborts; rejects with a ReelgateError if the gateway refuses it. */
  run(subscription: Subscription, next: Next, signal: AbortSignal): Promise<void>;
  readonly way: () => Way;
  readonly connection: () => ConnectionState;
  /** Calls back after every change of `connection()`, until the returned function is called. */
  readonly onConnection: (listener: () => void) => () => void;
  /** Ends all that runs. */
  close(): void;
};

/** All subscriptions share one socket and one way, and reconnect for as long as they live. */
export function createTransport(connection: Connection, webSocketImpl: unknown): Transport {
  const state = createConnectionStore();
  const attempts = createAttempts(connection, webSocketImpl, () => state.become('live'));
  // In the order in which they began, so that the first ones of a page, such as its feed, keep their streams.
  const running = new Map<Subscription, AbortController>();

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
        const isEarly = [...running.keys()].indexOf(subscription) < mostStreams;
        if (await attempts.run(resumed.next(), { next: take, signal, isEarly })) return;
      } catch (error) {
        if (isAborted()) return;
        const isRefused = error instanceof ReelgateError && error.code === 'UNAUTHENTICATED';
        if (isRefused) refusals += 1;
        if (isRefused && refusals === 1 && connection.tokens.isRenewable) continue;
        if (error instanceof ReelgateError && !isPassing(error)) throw error;
        const pauseMs = Math.max(backoffMs(failures), pauseMsOf(error));
        if (isWord(error)) await wait(pauseMs, signal);
        else await waitUntilLive(pauseMs, signal);
        failures += 1;
      }
    }
  }

  /** The connection is lost: waits so long, or until another subscription gets through. */
  function waitUntilLive(delayMs: number, signal: AbortSignal): Promise<void> {
    state.become('lost');
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
    run(given, next, signal) {
      // The same operation may run twice.
      const subscription = { ...given };
      const controller = new AbortController();
      const unfollow = follow(signal, controller);
      running.set(subscription, controller);
      return runToEnd(subscription, next, controller.signal).finally(() => {
        unfollow();
        running.delete(subscription);
        if (running.size === 0) state.become('idle');
      });
    },
    way: attempts.way,
    connection: state.read,
    onConnection: state.listen,
    close() {
      for (const controller of running.values()) controller.abort();
      attempts.close();
    },
  };
}

/** Whether an error is what the gateway itself has to say. */
function isWord(error: unknown): boolean {
  return error instanceof ReelgateError && error.code !== 'NETWORK';
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
