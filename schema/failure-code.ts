import type { FailureCode } from '../src/domain/failure-code.ts';
import type { Builder } from './builder.ts';

/** Adds FailureCode. */
export function addFailureCode(builder: Builder): void {
  builder.enumType('FailureCode', {
    description: 'Why something failed, for your code to check.',
    values: {
      INVALID_INPUT: { description: 'Something in the input is not allowed. Nothing was stored.' },
      INSUFFICIENT_CREDITS: {
        description: "There are not enough credits: the caller's, or the operator's at the provider.",
      },
      BUDGET_EXCEEDED: { description: "A budget has no room for the video: the caller's, or the installation's." },
      IDEMPOTENCY_CONFLICT: { description: 'The idempotency key was already used for something else.' },
      RATE_LIMITED: { description: 'Too many jobs in a minute, or too many at once.' },
      NOT_FOUND: { description: 'It does not exist, or it is not yours.' },
      NOT_CANCELABLE: { description: 'The job was already sent to the provider, or it has ended.' },
      NOT_RETRYABLE: { description: 'The job is neither FAILED nor CANCELED, or it was deleted.' },
      NOT_DELETABLE: { description: 'The job has not ended.' },
      NOT_REFUNDABLE: { description: 'The job has not completed, or it was refunded before.' },
      PROVIDER_BAD_REQUEST: { description: 'The provider refused the request.' },
      PROVIDER_UNAUTHORIZED: { description: "The provider did not accept the operator's API key." },
      PROVIDER_FORBIDDEN: { description: "The provider does not allow this with the operator's API key." },
      PROVIDER_WORKFLOW_NOT_FOUND: { description: 'The provider no longer offers this workflow.' },
      PROVIDER_UNAVAILABLE: { description: 'The provider could not accept the job.' },
      PROVIDER_TIMEOUT: { description: 'The provider ran out of time for this video.' },
      PROVIDER_BAD_OUTPUT: { description: 'The provider finished without a playable video.' },
      PROVIDER_JOB_LOST: { description: 'The provider no longer knows the job.' },
      GENERATION_FAILED: { description: 'The provider reported that the job failed.' },
      CONTENT_REJECTED: {
        description:
          "The provider's content rules do not allow the prompt or the resulting video. Retrying without changes does not help.",
      },
      SUBMISSION_UNCONFIRMED: {
        description: 'It is unknown whether the provider accepted the job. It is never sent twice.',
      },
      DEADLINE_EXCEEDED: { description: 'The video was not ready in time.' },
    } satisfies Record<FailureCode, { description: string }>,
  });
}
