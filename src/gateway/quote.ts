import { type Account, availableOf } from '../domain/ledger.ts';
import { type Estimate, toTenths, typicalOf } from '../domain/progress.ts';

/** What a video costs now, and how long it usually takes. */
export type Quote = {
  readonly credits: number;
  readonly affordable: boolean;
  readonly typicalSeconds: number;
  readonly slowSeconds: number;
};

/** The quote for an account at a price, by what earlier jobs took. */
export function quoteOf(account: Account, credits: number, estimate: Estimate): Quote {
  const { medianSeconds, slowSeconds } = typicalOf(estimate);
  const affordable = availableOf(account) >= credits;
  return { credits, affordable, typicalSeconds: toTenths(medianSeconds), slowSeconds: toTenths(slowSeconds) };
}
