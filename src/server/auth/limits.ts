import { createLruCache } from '../../lib/lru-cache.ts';
import type { Clock } from '../../ports.ts';

/** How many users' rates are remembered; whoever is forgotten starts afresh. */
const rememberedUsers = 10_000;

const minuteMs = 60_000;

/** Counts one request of a user; answers 0 where it may run, else the seconds (at least 1) after which one may again. */
export type RateLimit = (key: string) => number;

/** A token bucket per user, in this process: it holds a minute's worth and refills evenly. */
export function createRateLimit(requestsPerMinute: number, clock: Clock): RateLimit {
  const intervalMs = minuteMs / requestsPerMinute;
  // One instant says all about a bucket: when it will be full again (the generic cell rate algorithm).
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

/** Places of which each user has so many. */
export interface Seats {
  /** False where the user has none left; a seat that was taken must be left once. */
  take(key: string): boolean;
  leave(key: string): void;
}

/** Seats of which each user has `limit`. */
export function createSeats(limit: number): Seats {
  const taken = new Map<string, number>();
  return {
    take(key) {
      const count = taken.get(key) ?? 0;
      if (count >= limit) return false;
      taken.set(key, count + 1);
      return true;
    },
    leave(key) {
      const count = (taken.get(key) ?? 0) - 1;
      if (count > 0) taken.set(key, count);
      else taken.delete(key);
    },
  };
}
