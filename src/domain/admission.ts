import type { Spending } from './access.ts';
import type { BudgetReached } from './budget.ts';
import type { FailureOf } from './failure.ts';
import type { Job, JobInput } from './job.ts';
import type { Account, AccountKey } from './ledger.ts';
import type { Estimate } from './progress.ts';

/** A request to store a job. The store decides it in one transaction. */
export type Admission = {
  readonly id: string;
  /** The new job's `videoId`. */
  readonly videoId: string;
  readonly account: AccountKey;
  readonly input: JobInput;
  readonly idempotencyKey: string | null;
  /** The job that this one retries. Without an idempotency key a job has only one retry. */
  readonly retryOf: string | null;
  readonly priceCredits: number;
  /** The caller's limit for the price, checked after the idempotency key. */
  readonly maxCredits: number | null;
  /** The limit for what all jobs of the caller's token may cost together; null for no limit. */
  readonly spending: Spending | null;
  /** The API key of the request; null or absent where it has none. */
  readonly apiKeyId?: string | null;
  /** The monthly budget of a user without one of their own, by the settings; null or absent for none. */
  readonly userBudgetCredits?: number | null;
  readonly limits: { readonly perMinute: number; readonly inFlight: number };
  readonly estimate: Estimate;
  readonly createdAt: number;
  readonly deadlineAt: number;
};

/** The stored job. `replayed`: it was there already, under the same idempotency key or as the one retry without a key. */
export type Admitted = {
  readonly kind: 'admitted';
  readonly job: Job;
  readonly account: Account;
  readonly replayed: boolean;
  /** The budgets that have reached a mark with this job; absent if none has. */
  readonly reached?: readonly BudgetReached[];
};

/** Why a job was not stored. Nothing was written. */
export type AdmitFailure = FailureOf<
  'invalidInput' | 'insufficientCredits' | 'budgetExceeded' | 'idempotencyConflict' | 'rateLimited'
>;

/** The marks that an admission has made budgets reach; a refusal is the mark 100. */
export function reachedOf(admitted: Admitted | AdmitFailure): readonly BudgetReached[] {
  if (admitted.kind === 'admitted') return admitted.reached ?? [];
  return admitted.kind === 'budgetExceeded' && admitted.isFirst ? [{ budget: admitted.budget, percent: 100 }] : [];
}

/**
 * An account after a grant. `created`: the grant created it. `booked`: the credits of the entries that were booked, those of the sign-up
 * included; 0 if the key had been used before.
 */
export type Granted = Account & { readonly created: boolean; readonly booked: number };

/** Credits to add to (or, negative, take from) an account. */
export type Grant = {
  readonly account: AccountKey;
  readonly credits: number;
  readonly reason: string;
  readonly idempotencyKey: string | null;
  /** Booked first if the grant creates the account. */
  readonly signupCredits: number;
  readonly createdAt: number;
};
