import { type CreditBudget, resetsAtOf } from './budget.ts';
import { failureTable, type JobFailureCode, type JobStateCode } from './failure-code.ts';
import type { Job } from './job.ts';
import type { LedgerEntry } from './ledger.ts';

/** A problem with one field of an operation's input. */
export type InputIssue = { readonly path: readonly string[]; readonly message: string };

/** The limits on the jobs of a user in an environment. */
export type JobLimit = 'jobs_per_minute' | 'jobs_in_flight';

/** An expected failure that a gateway method returns, discriminated by `kind`. */
export type Failure =
  | {
      readonly kind: 'invalidInput';
      readonly code: 'INVALID_INPUT';
      readonly message: string;
      readonly issues: readonly InputIssue[];
    }
  | {
      readonly kind: 'insufficientCredits';
      readonly code: 'INSUFFICIENT_CREDITS';
      readonly message: string;
      readonly required: number;
      readonly available: number;
      readonly held: number;
    }
  | {
      readonly kind: 'budgetExceeded';
      readonly code: 'BUDGET_EXCEEDED';
      readonly message: string;
      readonly budget: CreditBudget;
      /** Whether this refusal is the first that the budget has caused in its period. */
      readonly isFirst: boolean;
    }
  | {
      readonly kind: 'idempotencyConflict';
      readonly code: 'IDEMPOTENCY_CONFLICT';
      readonly message: string;
      readonly job: Job;
    }
  | {
      readonly kind: 'grantConflict';
      readonly code: 'IDEMPOTENCY_CONFLICT';
      readonly message: string;
      readonly entry: LedgerEntry;
    }
  | {
      readonly kind: 'rateLimited';
      readonly code: 'RATE_LIMITED';
      readonly message: string;
      readonly retryAfterSeconds: number;
      /** For the operator's log and counters. */
      readonly limit: JobLimit;
    }
  | { readonly kind: 'notFound'; readonly code: 'NOT_FOUND'; readonly message: string }
  | {
      readonly kind: 'jobState';
      readonly code: JobStateCode;
      readonly message: string;
      readonly job: Job;
    }
  | {
      readonly kind: 'job';
      readonly code: JobFailureCode;
      readonly message: string;
      readonly httpStatus: number | null;
      /** The FAILED job in the result of a mutation; null in `Job.failure`. */
      readonly failedJob: Job | null;
      /** The job that has this failure, always. */
      readonly job: Job;
    };

/** The failures of one or more kinds, for a method's signature. */
export type FailureOf<Kind extends Failure['kind']> = Extract<Failure, { kind: Kind }>;

/** Whether the same request may succeed later. The operator will top up the provider's account; the caller's own stays empty. */
export function isRetryable(failure: Failure): boolean {
  if (failure.kind === 'job' && failure.code === 'INSUFFICIENT_CREDITS') return true;
  return failureTable[failure.code].retryable;
}

/** The failure for invalid input; its message joins the messages of the issues. */
export function invalidInput(issues: readonly InputIssue[]): FailureOf<'invalidInput'> {
  const message = issues.map((issue) => issue.message).join(' ');
  return {
    kind: 'invalidInput',
    code: 'INVALID_INPUT',
    message: message || failureTable.INVALID_INPUT.message,
    issues,
  };
}

/** The failure for something that does not exist or is not the viewer's: the two look the same. The default message is about a job. */
export function notFound(message: string = failureTable.NOT_FOUND.message): FailureOf<'notFound'> {
  return { kind: 'notFound', code: 'NOT_FOUND', message };
}

/** The failure for a job whose state does not allow the operation. */
export function jobStateFailure(code: JobStateCode, job: Job): FailureOf<'jobState'> {
  return { kind: 'jobState', code, message: failureTable[code].message, job };
}

/** The failure for an idempotency key that another job already uses. */
export function idempotencyConflict(job: Job): FailureOf<'idempotencyConflict'> {
  return {
    kind: 'idempotencyConflict',
    code: 'IDEMPOTENCY_CONFLICT',
    message: failureTable.IDEMPOTENCY_CONFLICT.message,
    job,
  };
}

/** The failure for an idempotency key that another grant already uses. */
export function grantConflict(entry: LedgerEntry): FailureOf<'grantConflict'> {
  return {
    kind: 'grantConflict',
    code: 'IDEMPOTENCY_CONFLICT',
    message: failureTable.IDEMPOTENCY_CONFLICT.message,
    entry,
  };
}

/** The failure for a caller who asks for too many jobs or has too many running; rounds `retryAfterSeconds` up, to at least 1. */
export function rateLimited(message: string, retryAfterSeconds: number, limit: JobLimit): FailureOf<'rateLimited'> {
  return {
    kind: 'rateLimited',
    code: 'RATE_LIMITED',
    message,
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
    limit,
  };
}

/** The failure for an account that cannot pay. All three arguments are credits. */
export function insufficientCredits(
  required: number,
  available: number,
  held: number,
): FailureOf<'insufficientCredits'> {
  const waiting = required <= available + held ? ' Credits held by running jobs may become available again.' : '';
  const message = `A video costs ${required} credits, but only ${available} are available.${waiting}`;
  return { kind: 'insufficientCredits', code: 'INSUFFICIENT_CREDITS', message, required, available, held };
}

/** The failure for a price that a budget has no room for. It names no amount of the installation's: that is the operator's. */
export function budgetExceeded(budget: CreditBudget, isFirst: boolean): FailureOf<'budgetExceeded'> {
  const resetsAt = resetsAtOf(budget);
  const whose = budget.owner === null ? 'The budget of this service' : `Your budget of ${budget.limitCredits} credits`;
  const until = resetsAt === null ? '' : ` It begins anew at ${new Date(resetsAt).toISOString()}.`;
  const message = `${whose}${resetsAt === null ? '' : ' for this month'} has no room for another video.${until}`;
  return { kind: 'budgetExceeded', code: 'BUDGET_EXCEEDED', message, budget, isFirst };
}

/** The failure stored in a FAILED job's row; null for every other job. */
export function failureOf(job: Job, isMutationResult = false): FailureOf<'job'> | null {
  if (job.failure === null) return null;
  return { kind: 'job', ...job.failure, failedJob: isMutationResult ? job : null, job };
}
