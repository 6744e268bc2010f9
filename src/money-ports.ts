import type { FailureOf } from './domain/failure.ts';
import type { Environment } from './domain/job.ts';
import type { Account, LedgerEntry } from './domain/ledger.ts';

/** A refund to book: what a job of the environment captured goes back to its account. */
export type Refund = {
  readonly environment: Environment;
  readonly jobId: string;
  readonly reason: string;
  readonly createdAt: number;
};

/** A booked refund: its entry, and the account afterwards. */
export type Refunded = { readonly entry: LedgerEntry; readonly account: Account };

/** What the store keeps and counts for the operator's books. */
export interface MoneyRecords {
  /**
   * Books a refund. A job that has not completed, or that was refunded before, is a `jobState`; a balance that would rise above the
   * maximum is an `invalidInput` on `id`.
   */
  refund(refund: Refund): Promise<Refunded | FailureOf<'invalidInput' | 'notFound' | 'jobState'>>;
}
