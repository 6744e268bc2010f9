import { createLruCache } from '../../../lib/lru-cache.ts';

/** Counts how often a key was seen, for a bounded number of keys. It is in memory: a restart resets it. */
export interface Counter {
  /** Counts the key once more and returns how often it has been seen, this time included. */
  count(key: string): number;
  /** Resets the key: its next count is 1. */
  forget(key: string): void;
}

/** Creates a counter of at most `limit` keys; one more evicts the least recently counted key. */
export function createCounter(limit: number): Counter {
  const counts = createLruCache<number>(limit);
  return {
    count(key) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
    forget: counts.delete,
  };
}
