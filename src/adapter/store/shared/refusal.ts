import { type FailureOf, insufficientCredits, invalidInput, rateLimited } from '../../../domain/failure.ts';

/** The window of the limit on new jobs. */
export const limitWindowMs = 60_000;

const inFlightRetrySeconds = 5;

/** Refuses an account that has too much in the making. */
export function tooManyInFlight(limit: number): FailureOf<'rateLimited'> {
  return rateLimited(`At most ${limit} videos can be in the making at a time.`, inFlightRetrySeconds);
}

/** Refuses an account that was too fast; `oldestAt` is when the job was stored that has to leave the window first. */
export function tooManyPerMinute(limit: number, oldestAt: number, now: number): FailureOf<'rateLimited'> {
  // Never more than the window, should the clock have been set back.
  const waitMs = Math.min(limitWindowMs, oldestAt + limitWindowMs - now);
  return rateLimited(`At most ${limit} videos can be asked for within a minute.`, waitMs / 1000);
}

/** Refuses a price above what the caller was ready to pay. */
export function aboveMaxCredits(priceCredits: number, maxCredits: number): FailureOf<'invalidInput'> {
  const message = `A video costs ${priceCredits} credits, more than the ${maxCredits} of maxCredits.`;
  return invalidInput([{ path: ['maxCredits'], message }]);
}

/** Refuses a price above what the token that asks may still spend. */
export function aboveSpending(priceCredits: number, leftCredits: number): FailureOf<'insufficientCredits'> {
  const left = Math.max(0, leftCredits);
  const message = `A video costs ${priceCredits} credits, and this token may spend ${left} more.`;
  return { ...insufficientCredits(priceCredits, left, 0), message };
}
