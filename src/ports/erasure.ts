import type { AuditEntry } from '../domain/audit.ts';
import type { ErasureCounts, ErasureOrder } from '../domain/erasure-order.ts';
import type { Job } from '../domain/job.ts';
import type { AccountKey } from '../domain/ledger.ts';

/** A job of an account with its place in the order in which they were stored: from 1, without gaps. */
export type NumberedJob = { readonly number: number; readonly job: Job };

/**
 * Orders to erase users: part of `Store`, with the same promises. An order covers the jobs that were there when it was given. The end of a
 * covered job makes its order open again, in the same transaction.
 */
export interface ErasureRecords {
  /**
   * Stores the order to erase a user's jobs, and returns what it covers. Without a new job since the last order, that one stays and its
   * counts come again. Both counts are 0 for a user without jobs. Adds the entry in any case: somebody asked.
   */
  orderErasure(account: AccountKey, at: number, entry?: AuditEntry): Promise<ErasureCounts>;
  /** Orders of which jobs may still have to be erased. */
  openErasures(limit: number): Promise<readonly ErasureOrder[]>;
  /** The next jobs that an order covers, whatever their state, in order. */
  readErasure(order: ErasureOrder, limit: number): Promise<readonly NumberedJob[]>;
  /** Records that an order is done up to a job. Does nothing and returns false if it was changed or made open again since it was read. */
  advanceErasure(order: ErasureOrder, number: number): Promise<boolean>;
}
