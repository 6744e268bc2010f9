import type { Clock } from '../../../ports.ts';
import { readResetAt } from './reset-time.ts';
import type { Headers } from './response.ts';

/** How long 429s hold requests back. */
export type Throttle = {
  /** When to ask again after a 429: 1 to 120 s from now. */
  retryAt(headers: Headers): number;
  /** An answer other than 429 came. */
  clear(): void;
};

const minWaitMs = 1000;

const maxWaitMs = 120_000;

const firstWaitMs = 5000;

/** Takes the provider's own instant; where it names none, the wait doubles with every 429 that follows such a wait, with jitter. */
export function createThrottle(clock: Clock): Throttle {
  let step = 0;
  let until = 0;
  return {
    retryAt(headers) {
      const now = clock.now();
      const resetAt = readResetAt(headers, now);
      if (resetAt !== null) return Math.round(now + Math.min(Math.max(resetAt - now, minWaitMs), maxWaitMs));
      // Requests that were under way together are refused together: one wait for all of them, not one step each.
      if (now >= until) {
        const ceilingMs = Math.min(firstWaitMs * 2 ** step, maxWaitMs);
        until = Math.round(now + ceilingMs * (0.5 + 0.5 * clock.random()));
        step += 1;
      }
      return Math.max(until, now + minWaitMs);
    },
    clear() {
      step = 0;
    },
  };
}
