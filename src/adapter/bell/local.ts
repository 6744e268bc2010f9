import type { Bell } from '../../ports.ts';

/** A bell that can wake everyone, whatever they listen to. */
export interface LocalBell extends Bell {
  /** For when nobody knows what was missed. */
  ringAll(): void;
}

/** The bell of one process: whoever listens to a topic is woken when it rings. */
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
      // Each call listens for itself, even where the same function is given twice.
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
