import type { Bell } from '../../ports.ts';

/** A bell that can wake the listeners of all topics. */
export interface LocalBell extends Bell {
  /** Wakes every listener, for when rings of unknown topics may be lost. */
  ringAll(): void;
}

/** The bell of one process. A ring calls each listener of its topics. */
export function createLocalBell(): LocalBell {
  const listeners = new Map<string, Set<() => void>>();
  return {
    ring(topics) {
      for (const topic of topics) for (const wake of listeners.get(topic) ?? []) wake();
    },
    ringAll() {
      for (const woken of [...listeners.values()]) for (const wake of woken) wake();
    },
    listen(topic, wake) {
      const woken = listeners.get(topic) ?? new Set();
      // Each call adds its own listener, even for a function that listens already.
      const listener = () => wake();
      listeners.set(topic, woken.add(listener));
      return () => {
        if (woken.delete(listener) && woken.size === 0) listeners.delete(topic);
      };
    },
    close: () => {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
