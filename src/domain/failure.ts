import type { Job } from './job.ts';
import type { LedgerEntry } from './ledger.ts';

/** What is told of every failure code: whether trying again unchanged may succeed, and the sentence used where none says more. */
type FailureRow = { readonly retryable: boolean; readonly message: string };

/** The one vocabulary of expected failures: for the results of verbs and for what is stored with a FAILED job. */
export const failureTable = {
  INVALID_INPUT: { retryable: false, message: 'The input is out of bounds.' },
  INSUFFICIENT_CREDITS: { retryable: false, message: 'There are not enough credits for this video.' },
  IDEMPOTENCY_CONFLICT: { retryable: false, message: 'This idempotency key already stands for something else.' },
  RATE_LIMITED: { retryable: true, message: 'Too many requests; try again later.' },
  NOT_FOUND: { retryable: false, message: 'There is no such job.' },
  NOT_CANCELABLE: { retryable: false, message: 'Only a job that has not been sent to the provider can be canceled.' },
  NOT_RETRYABLE: { retryable: false, message: 'Only a failed or canceled job can be tried again.' },
  PROVIDER_BAD_REQUEST: { retryable: false, message: 'The video provider refused this request.' },
  PROVIDER_UNAUTHORIZED: { retryable: false, message: 'The video provider did not accept the service’s key.' },
  PROVIDER_FORBIDDEN: {
    retryable: false,
    message: 'The video provider does not allow the service to make this video.',
  },
  PROVIDER_WORKFLOW_NOT_FOUND: { retryable: false, message: 'The video provider no longer offers this workflow.' },
  PROVIDER_UNAVAILABLE: { retryable: true, message: 'The video provider could not take the job.' },
  PROVIDER_TIMEOUT: { retryable: true, message: 'The video provider ran out of time for this video.' },
  PROVIDER_BAD_OUTPUT: { retryable: true, message: 'The video provider finished without a usable video.' },
  PROVIDER_JOB_LOST: { retryable: true, message: 'The video provider no longer knows this job.' },
  GENERATION_FAILED: { retryable: true, message: 'The video could not be generated.' },
  CONTENT_REJECTED: { retryable: false, message: 'The video provider’s content rules do not allow this video.' },
  SUBMISSION_UNCONFIRMED: {
    retryable: true,
    message:
      'It could not be learnt whether the video provider took the job. It is not sent again, and the credits went back.',
  },
  DEADLINE_EXCEEDED: { retryable: true, message: 'The video was not ready in time. The credits went back.' },
} as const satisfies Record<string, FailureRow>;

/** A name from the one vocabulary of failures. */
export type FailureCode = keyof typeof failureTable;

/** The codes that a FAILED job can carry. */
export type JobFailureCode = Exclude<
  FailureCode,
  'INVALID_INPUT' | 'IDEMPOTENCY_CONFLICT' | 'RATE_LIMITED' | 'NOT_FOUND' | 'NOT_CANCELABLE' | 'NOT_RETRYABLE'
>;

/** Why a job is FAILED, as stored in its row. INSUFFICIENT_CREDITS here is always the operator's account at the provider (HTTP 406). */
export type JobFailure = {
  readonly code: JobFailureCode;
  /** A sentence for the job's owner; never the provider's own words, save for GENERATION_FAILED and CONTENT_REJECTED. */
  readonly message: string;
  /** The provider's HTTP status, where it gave one. */
  readonly httpStatus: number | null;
};

/** One thing wrong with one field of an operation's input. */
export type InputIssue = { readonly path: readonly string[]; readonly message: string };

/** What a verb can answer instead of success, told apart by `kind`. */
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
    }
  | { readonly kind: 'notFound'; readonly code: 'NOT_FOUND'; readonly message: string }
  | {
      readonly kind: 'jobState';
      readonly code: 'NOT_CANCELABLE' | 'NOT_RETRYABLE';
      readonly message: string;
      readonly job: Job;
    }
  | {
      readonly kind: 'job';
      readonly code: JobFailureCode;
      readonly message: string;
      readonly httpStatus: number | null;
      /** The FAILED job, where this is the answer to a mutation; null where it is read from `Job.failure`. */
      readonly failedJob: Job | null;
      /** The job that carries this failure, always. */
      readonly job: Job;
    };

/** The failures of one or more kinds, for a verb's signature. */
export type FailureOf<Kind extends Failure['kind']> = Extract<Failure, { kind: Kind }>;

/** Makes a job's failure; without a message the table's sentence stands. */
export function jobFailure(code: JobFailureCode, httpStatus: number | null = null, message?: string): JobFailure {
  return { code, message: message ?? jobSentenceOf(code), httpStatus };
}

function jobSentenceOf(code: JobFailureCode): string {
  // A job's INSUFFICIENT_CREDITS is the operator's account, so the caller's own sentence would mislead.
  if (code === 'INSUFFICIENT_CREDITS') {
    return 'The video service has run out of credits at its provider. Nothing was charged; please try again later.';
  }
  return failureTable[code].message;
}

/** Whether trying again, unchanged, may succeed. The provider's lack of credits passes, the caller's own does not. */
export function isRetryable(failure: Failure): boolean {
  if (failure.kind === 'job' && failure.code === 'INSUFFICIENT_CREDITS') return true;
  return failureTable[failure.code].retryable;
}

/** The failure for input that is out of bounds; its message joins the issues' sentences. */
export function invalidInput(issues: readonly InputIssue[]): FailureOf<'invalidInput'> {
  const message = issues.map((issue) => issue.message).join(' ');
  return {
    kind: 'invalidInput',
    code: 'INVALID_INPUT',
    message: message || failureTable.INVALID_INPUT.message,
    issues,
  };
}

/** The failure for a job, or what the message says, that does not exist or is not the viewer's: the two look the same. */
export function notFound(message: string = failureTable.NOT_FOUND.message): FailureOf<'notFound'> {
  return { kind: 'notFound', code: 'NOT_FOUND', message };
}

/** The failure for a job whose state does not allow what was asked. */
export function jobStateFailure(code: 'NOT_CANCELABLE' | 'NOT_RETRYABLE', job: Job): FailureOf<'jobState'> {
  return { kind: 'jobState', code, message: failureTable[code].message, job };
}

/** The failure for an idempotency key that already stands for another job. */
export function idempotencyConflict(job: Job): FailureOf<'idempotencyConflict'> {
  return {
    kind: 'idempotencyConflict',
    code: 'IDEMPOTENCY_CONFLICT',
    message: failureTable.IDEMPOTENCY_CONFLICT.message,
    job,
  };
}

/** The failure for an idempotency key that already stands for another grant. */
export function grantConflict(entry: LedgerEntry): FailureOf<'grantConflict'> {
  return {
    kind: 'grantConflict',
    code: 'IDEMPOTENCY_CONFLICT',
    message: failureTable.IDEMPOTENCY_CONFLICT.message,
    entry,
  };
}

/** The failure of a caller that is too fast or has too much running; `retryAfterSeconds` is at least 1. */
export function rateLimited(message: string, retryAfterSeconds: number): FailureOf<'rateLimited'> {
  return {
    kind: 'rateLimited',
    code: 'RATE_LIMITED',
    message,
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
  };
}

/** The failure of an account that cannot pay: all three in credits. */
export function insufficientCredits(
  required: number,
  available: number,
  held: number,
): FailureOf<'insufficientCredits'> {
  const waiting = required <= available + held ? ' Credits held by running jobs may come back.' : '';
  const message = `A video costs ${required} credits and ${available} are available.${waiting}`;
  return { kind: 'insufficientCredits', code: 'INSUFFICIENT_CREDITS', message, required, available, held };
}

/** The failure that stands in a FAILED job's row; null for every other job. */
export function failureOf(job: Job, answersMutation = false): FailureOf<'job'> | null {
  if (job.failure === null) return null;
  return { kind: 'job', ...job.failure, failedJob: answersMutation ? job : null, job };
}
