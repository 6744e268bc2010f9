import { useSyncExternalStore } from 'react';
import { isPassing, ReelgateError } from '../error.ts';
import { backoffMs, wait } from '../wait.ts';

/** What is known of something live. */
export type LiveState<Value> = {
  /** Null until the first value arrives. */
  readonly value: Value | null;
  /** Why there is no newer value; null while there are or may be. */
  readonly error: Error | null;
};

/** A value that is read for as long as somebody listens. */
export type Live<Value> = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => LiveState<Value>;
  /** Replaces the value by one that was just read otherwise. */
  readonly update: (change: (value: Value | null) => Value | null) => void;
  readonly isIdle: () => boolean;
};

/** How long to go on without a listener. React unmounts and mounts again at once in StrictMode, and between two pages. */
const lingerMs = 1000;

const unknown: LiveState<never> = { value: null, error: null };

/**
 * Reads values from `open`.
 *
 *     idle ── first listener ──▶ reading ── the values end ──▶ ended, for good
 *      ▲                         │  ▲  └─── an error ──▶ failed ── the next first listener ──▶ reading
 *      └── a second without one ─┘  └── after a pause ─────┘   if it may pass
 */
export function createLive<Value>(open: (signal: AbortSignal) => AsyncIterable<Value>): Live<Value> {
  const listeners = new Set<() => void>();
  let state: LiveState<Value> = unknown;
  let reading: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const become = (next: LiveState<Value>) => {
    state = next;
    for (const listener of [...listeners]) listener();
  };

  async function run(controller: AbortController): Promise<void> {
    const { signal } = controller;
    const isAborted = () => signal.aborted;
    let failures = 0;
    while (!isAborted() && !isOver) {
      try {
        for await (const value of open(signal)) {
          failures = 0;
          become({ value, error: null });
        }
        isOver = !isAborted();
      } catch (error) {
        if (isAborted()) break;
        become({ value: state.value, error: error as Error });
        if (!(error instanceof ReelgateError && isPassing(error))) break;
        await wait(Math.max(backoffMs(failures), 1000 * (error.retryAfterSeconds ?? 0)), signal);
        failures += 1;
      }
    }
    if (reading === controller) reading = null;
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      clearTimeout(timer);
      if (reading === null && !isOver) {
        reading = new AbortController();
        // It handles its own errors.
        run(reading).catch(() => undefined);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
          reading?.abort();
          reading = null;
        }, lingerMs);
      };
    },
    read: () => state,
    update: (change) => become({ value: change(state.value), error: null }),
    isIdle: () => listeners.size === 0 && reading === null,
  };
}

const nothing: Live<never> = {
  subscribe: () => () => undefined,
  read: () => unknown,
  update: () => undefined,
  isIdle: () => true,
};

/** The state of something live, or of nothing. On a server nothing is known yet. */
export function useLive<Value>(live: Live<Value> | null): LiveState<Value> {
  const { subscribe, read } = live ?? nothing;
  return useSyncExternalStore<LiveState<Value>>(subscribe, read, () => unknown);
}

/** Keeps one Live of each key, so that all components share it. Idle ones are dropped as the number grows. */
export function createShelf<Value>(most = 200) {
  const lives = new Map<string, Value & Pick<Live<unknown>, 'isIdle'>>();
  return (key: string, create: () => Value & Pick<Live<unknown>, 'isIdle'>) => {
    const known = lives.get(key);
    if (known !== undefined) return known;
    if (lives.size >= most) for (const [other, live] of lives) if (live.isIdle()) lives.delete(other);
    const live = create();
    lives.set(key, live);
    return live;
  };
}
