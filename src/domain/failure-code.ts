/** A failure code's row: whether the same request may succeed later, and the default message. */
type FailureRow = { readonly retryable: boolean; readonly message: string };

/** Every expected failure: those that gateway methods return and those stored with a FAILED job. */
export const failureTable = {
  INVALID_INPUT: { retryable: false, message: 'Some of the input is not allowed.' },
  INSUFFICIENT_CREDITS: { retryable: false, message: 'There are not enough credits for this video.' },
  BUDGET_EXCEEDED: { retryable: false, message: 'There is no room for this video in a budget.' },
  IDEMPOTENCY_CONFLICT: { retryable: false, message: 'This idempotency key was already used for something else.' },
  RATE_LIMITED: { retryable: true, message: 'Too many requests. Please try again later.' },
  NOT_FOUND: { retryable: false, message: 'There is no such job.' },
  NOT_CANCELABLE: { retryable: false, message: 'Only a job that has not been sent to the provider can be canceled.' },
  NOT_RETRYABLE: {
    retryable: false,
    message: 'Only a failed or canceled job that was not deleted can be retried.',
  },
  NOT_DELETABLE: { retryable: false, message: 'Only a job that has ended can be deleted.' },
  NOT_REFUNDABLE: {
    retryable: false,
    message: 'Only a completed job that was not refunded before can be refunded.',
  },
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
      'It is unclear whether the video provider accepted the job. It is not sent again, and the credits were returned.',
  },
  DEADLINE_EXCEEDED: { retryable: true, message: 'The video was not ready in time. The credits were returned.' },
} as const satisfies Record<string, FailureRow>;

/** A code of the failure table. */
export type FailureCode = keyof typeof failureTable;

/** The codes of operations that a job's state does not allow. */
export type JobStateCode = 'NOT_CANCELABLE' | 'NOT_RETRYABLE' | 'NOT_DELETABLE' | 'NOT_REFUNDABLE';

/** The codes of operations only: no job fails with them. */
const operationCodes = [
  'INVALID_INPUT',
  'BUDGET_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'RATE_LIMITED',
  'NOT_FOUND',
  'NOT_CANCELABLE',
  'NOT_RETRYABLE',
  'NOT_DELETABLE',
  'NOT_REFUNDABLE',
] as const;

/** The codes that a FAILED job can have. */
export type JobFailureCode = Exclude<FailureCode, (typeof operationCodes)[number]>;

/** All of them. */
export const jobFailureCodes: readonly JobFailureCode[] = Object.keys(failureTable).filter(
  (code): code is JobFailureCode => !operationCodes.some((each) => each === code),
);

/** The codes of accepted jobs that ended without a usable video: the provider may bill them. */
export const withoutResultCodes: readonly JobFailureCode[] = [
  'PROVIDER_BAD_OUTPUT',
  'PROVIDER_JOB_LOST',
  'DEADLINE_EXCEEDED',
];

/** Why a job is FAILED, as stored in its row. INSUFFICIENT_CREDITS here always means the operator's account at the provider (HTTP 406). */
export type JobFailure = {
  readonly code: JobFailureCode;
  /** A sentence for the job's owner. Only GENERATION_FAILED and CONTENT_REJECTED may quote the provider. */
  readonly message: string;
  /** The provider's HTTP status; null if it gave none. */
  readonly httpStatus: number | null;
};

/** Creates a job's failure, with the table's message by default. */
export function jobFailure(code: JobFailureCode, httpStatus: number | null = null, message?: string): JobFailure {
  return { code, message: message ?? jobSentenceOf(code), httpStatus };
}

function jobSentenceOf(code: JobFailureCode): string {
  // Here the operator's account is empty, so the sentence about the caller's credits would mislead.
  if (code === 'INSUFFICIENT_CREDITS') {
    return 'The video service has run out of credits at its provider. Nothing was charged; please try again later.';
  }
  return failureTable[code].message;
}
