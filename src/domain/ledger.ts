import type { Environment, JobState } from './job.ts';

/** A user's credits in one environment. Whole credits; `available = balance - held` is never negative. */
export type Account = {
  readonly id: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly balance: number;
  readonly held: number;
  /** How many events the account's feed has; the newest event's number. */
  readonly feed: number;
};

/** Identifies an account: a user in one environment. */
export type AccountKey = Pick<Account, 'owner' | 'environment'>;

/** Why a balance changed. */
export type LedgerEntryKind = 'GRANT' | 'CAPTURE' | 'REFUND';

/** One change of a balance; entries are never updated. `credits` is signed. */
export type LedgerEntry = {
  readonly id: string;
  readonly accountId: string;
  /** Its place in the account's ledger: gapless, from 1, in commit order. */
  readonly number: number;
  readonly kind: LedgerEntryKind;
  readonly credits: number;
  readonly balanceAfter: number;
  readonly jobId: string | null;
  readonly reason: string | null;
  readonly idempotencyKey: string | null;
  readonly createdAt: number;
};

/** The state of a job's price: held while the job runs, then captured or released. */
export type ChargeState = 'HELD' | 'CAPTURED' | 'RELEASED';

/** No balance may rise above this many credits. */
export const maxBalanceCredits = 1_000_000_000;

/** The credits of a new TEST account. */
export const testSignupCredits = 1000;

const chargeStates: Record<JobState, ChargeState> = {
  PENDING: 'HELD',
  SUBMITTING: 'HELD',
  QUEUED: 'HELD',
  PROCESSING: 'HELD',
  COMPLETED: 'CAPTURED',
  FAILED: 'RELEASED',
  CANCELED: 'RELEASED',
};

/** The state of the price of a job in this state: reaching an end state captures or releases it. */
export function chargeStateOf(state: JobState): ChargeState {
  return chargeStates[state];
}

/** The credits that can still be spent. */
export function availableOf(account: Pick<Account, 'balance' | 'held'>): number {
  return account.balance - account.held;
}

/** Why an account cannot take a grant or a refund, as a sentence; null if it can. */
export function grantRefusalOf(account: Pick<Account, 'balance' | 'held'>, credits: number): string | null {
  const balance = account.balance + credits;
  if (balance < account.held)
    return `The balance would fall to ${balance} credits, below the ${account.held} that running jobs hold.`;
  if (balance > maxBalanceCredits) return `The balance would rise above ${maxBalanceCredits} credits.`;
  return null;
}
