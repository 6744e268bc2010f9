import { createLruCache } from '../../../lib/lru-cache.ts';

/** Remembers until when submits are held back, for a bounded number of keys. It is in memory: a restart forgets. */
export interface SubmitHolds {
  /**
   * Until when a submit at `now` has to wait; null if it need not. A submit does not identify its job, so each first submit of a key starts
   * a hold of its own, and every submit that comes when a hold has passed ends that one.
   */
  until(key: string, holdMs: number, now: number): number | null;
}

/** A client returns as soon as its hold has passed. If none does, its job was canceled, and the hold is forgotten. */
const returnsWithinMs = 5000;

/** Creates the memory for at most `limit` keys; one more evicts the least recently used key. */
export function createSubmitHolds(limit: number): SubmitHolds {
  const holds = createLruCache<readonly number[]>(limit);
  return {
    until(key, holdMs, now) {
      if (holdMs === 0) return null;
      const open = (holds.get(key) ?? []).filter((until) => now - until < returnsWithinMs);
      const passed = open.findIndex((until) => until <= now);
      const until = passed < 0 ? now + holdMs : null;
      holds.set(key, until === null ? open.toSpliced(passed, 1) : [...open, until]);
      return until;
    },
  };
}
