import { createLruCache } from '../../../lib/lru-cache.ts';

/** Counts how often a key was seen, for a bounded number of keys. In memory: a restart begins anew. */
export interface Counter {
  /** Counts the key once more and returns how often it has been seen, this time included. */
  count(key: string): number;
  /** The key's next count is 1 again. */
  forget(key: string): void;
}

/** A tally of at most `limit` keys: one more pushes out the key that has not been counted for longest. */
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
