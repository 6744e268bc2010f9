import type { Spending } from './access.ts';
import type { FailureOf } from './failure.ts';
import type { Job, JobInput } from './job.ts';
import type { Account, AccountKey } from './ledger.ts';
import type { Estimate } from './progress.ts';

/** What it takes to store a job: decided whole inside one transaction. */
export type Admission = {
  readonly id: string;
  readonly account: AccountKey;
  readonly input: JobInput;
  readonly idempotencyKey: string | null;
  /** The job that this one tries again; with no key such a job has one retry. */
  readonly retryOf: string | null;
  readonly priceCredits: number;
  /** The caller's limit for the price, checked after the key. */
  readonly maxCredits: number | null;
  /** What limits the credits that all jobs of the token that asks may cost; null where nothing does. */
  readonly spending: Spending | null;
  readonly limits: { readonly perMinute: number; readonly inFlight: number };
  readonly estimate: Estimate;
  readonly createdAt: number;
  readonly deadlineAt: number;
};

/** A stored job, or the one that the key (or the keyless retry) already stands for. */
export type Admitted = {
  readonly kind: 'admitted';
  readonly job: Job;
  readonly account: Account;
  readonly replayed: boolean;
};

/** Why a job was not stored; nothing was. */
export type AdmitFailure = FailureOf<'invalidInput' | 'insufficientCredits' | 'idempotencyConflict' | 'rateLimited'>;

/** An account after a grant. `created`: the user had never been seen before it. */
export type Granted = Account & { readonly created: boolean };

/** Credits to add to (or, negative, take from) an account. */
export type Grant = {
  readonly account: AccountKey;
  readonly credits: number;
  readonly reason: string;
  readonly idempotencyKey: string | null;
  /** Booked first where the grant is what the user is first seen by. */
  readonly signupCredits: number;
  readonly createdAt: number;
};
