import type { Clock } from '../../../ports.ts';
import { readResetAt } from './reset-time.ts';
import type { Headers } from './response.ts';

/** Computes how long requests wait after a 429. */
export type Throttle = {
  /** When to send the next request after a 429: 1 to 120 s from now. */
  retryAt(headers: Headers): number;
  /** Resets the backoff; called after any response other than 429. */
  clear(): void;
};

const minWaitMs = 1000;

const maxWaitMs = 120_000;

const firstWaitMs = 5000;

/** Uses the provider's own instant. If it names none, the wait doubles with every 429 that follows a wait, with jitter. */
export function createThrottle(clock: Clock): Throttle {
  let step = 0;
  let until = 0;
  return {
    retryAt(headers) {
      const now = clock.now();
      const resetAt = readResetAt(headers, now);
      if (resetAt !== null) return Math.round(now + Math.min(Math.max(resetAt - now, minWaitMs), maxWaitMs));
      // Requests in flight together are refused together: all share one wait, and the wait doubles once.
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
