import { StoreOpenError } from './open-error.ts';

/**
 * Counts the accounts whose ledger does not add up, on either engine: the balance must be the sum of the entries, and the hold the sum of
 * the prices of running jobs.
 */
export const countUnbalanced = `SELECT count(*) AS count FROM accounts WHERE
  balance <> (SELECT coalesce(sum(credits), 0) FROM ledger_entries WHERE account_id = accounts.id) OR
  held <> (SELECT coalesce(sum(price_credits), 0) FROM jobs WHERE account_id = accounts.id AND finished_at IS NULL)`;

/** Throws a StoreOpenError unless `countUnbalanced` found none. `consequence`: what did not happen. PostgreSQL counts in text. */
export function refuseUnbalanced(count: unknown, consequence: string): void {
  if (Number(count) === 0) return;
  throw new StoreOpenError(`The ledger of ${String(count)} accounts does not add up; ${consequence}.`);
}
