import { type FailureOf, insufficientCredits, invalidInput, rateLimited } from '../../../domain/failure.ts';

/** The window of the rate limit on new jobs. */
export const limitWindowMs = 60_000;

const inFlightRetrySeconds = 5;

/** Refuses an account that has too many running jobs. */
export function tooManyInFlight(limit: number): FailureOf<'rateLimited'> {
  return rateLimited(`You can generate at most ${limit} videos at a time.`, inFlightRetrySeconds, 'jobs_in_flight');
}

/** Refuses an account that has reached its rate limit. `oldestAt` is when the oldest job that counts in the window was stored. */
export function tooManyPerMinute(limit: number, oldestAt: number, now: number): FailureOf<'rateLimited'> {
  // The clock may have been set back: never wait longer than the window.
  const waitMs = Math.min(limitWindowMs, oldestAt + limitWindowMs - now);
  return rateLimited(`You can request at most ${limit} videos a minute.`, waitMs / 1000, 'jobs_per_minute');
}

/** Refuses a price above the request's `maxCredits`. */
export function aboveMaxCredits(priceCredits: number, maxCredits: number): FailureOf<'invalidInput'> {
  const message = `A video costs ${priceCredits} credits, which is more than maxCredits (${maxCredits}).`;
  return invalidInput([{ path: ['maxCredits'], message }]);
}

/** Refuses a price above what the client token may still spend. */
export function aboveSpending(priceCredits: number, leftCredits: number): FailureOf<'insufficientCredits'> {
  const left = Math.max(0, leftCredits);
  const message = `A video costs ${priceCredits} credits, and this token may spend ${left} more.`;
  return { ...insufficientCredits(priceCredits, left, 0), message };
}
