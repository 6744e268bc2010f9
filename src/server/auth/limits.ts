import { createLruCache } from '../../lib/lru-cache.ts';
import type { Clock } from '../../ports.ts';

/** How many users' rates are remembered; a user who is forgotten starts with a full bucket. */
const rememberedUsers = 10_000;

const minuteMs = 60_000;

/** Counts one request of a user. Returns 0 where it may run, else the seconds (at least 1) until the next one may. */
export type RateLimit = (key: string) => number;

/** A token bucket per user, in this process: it holds a minute's worth and refills evenly. */
export function createRateLimit(requestsPerMinute: number, clock: Clock): RateLimit {
  const intervalMs = minuteMs / requestsPerMinute;
  // A bucket is one instant: when it will be full again (the generic cell rate algorithm).
  const fullAt = createLruCache<number>(rememberedUsers);
  return (key) => {
    const now = clock.monotonic();
    const next = Math.max(now, fullAt.get(key) ?? now) + intervalMs;
    // Rounding must not cost the last request of the minute.
    const overMs = next - now - minuteMs - intervalMs / 2;
    if (overMs > 0) return Math.max(1, Math.ceil((next - now - minuteMs) / 1000));
    fullAt.set(key, next);
    return 0;
  };
}

/** Limits how many of something each user has open at once. */
export interface Slots {
  /** False where the user has none left. A slot that was acquired must be released once. */
  acquire(key: string): boolean;
  release(key: string): void;
}

/** Slots, `limit` for each user. */
export function createSlots(limit: number): Slots {
  const taken = new Map<string, number>();
  return {
    acquire(key) {
      const count = taken.get(key) ?? 0;
      if (count >= limit) return false;
      taken.set(key, count + 1);
      return true;
    },
    release(key) {
      const count = (taken.get(key) ?? 0) - 1;
      if (count > 0) taken.set(key, count);
      else taken.delete(key);
    },
  };
}
