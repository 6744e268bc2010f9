import { type Change, closesCharge } from '../../../domain/change.ts';
import { chargeStateOf } from '../../../domain/ledger.ts';

/** The amounts and counters of a new account, which was never served. */
export const emptyAccount = { balance: 0, held: 0, running: 0, feed: 0, ledger: 0, jobs: 0, servedAt: 0 };

/** What one step adds to an account's amounts and counters, and when the account was served: `{ feed: 1, running: -1, held: -67 }`. */
export type AccountStep = Partial<typeof emptyAccount>;

/**
 * What a change of state adds to its account. Each draws an event number; an end also captures or releases the held price. A claim to
 * submit marks the account as served.
 */
export function stepOf(change: Change, now: number): AccountStep {
  if (change.to.state === 'SUBMITTING') return { feed: 1, servedAt: now };
  if (!closesCharge(change)) return { feed: 1 };
  const { state, priceCredits } = change.to;
  const released = { feed: 1, running: -1, held: -priceCredits };
  return chargeStateOf(state) === 'CAPTURED' ? { ...released, balance: -priceCredits, ledger: 1 } : released;
}
