import type { FailureCode } from '../src/domain/failure-code.ts';
import type { Builder } from './builder.ts';

/** Adds FailureCode. */
export function addFailureCode(builder: Builder): void {
  builder.enumType('FailureCode', {
    description: 'What went wrong, for a program to tell.',
    values: {
      INVALID_INPUT: { description: 'Something in the input is out of bounds; nothing was stored.' },
      INSUFFICIENT_CREDITS: {
        description: "There are too few credits: the caller's, or the operator's at the provider.",
      },
      IDEMPOTENCY_CONFLICT: { description: 'The idempotency key already stands for something else.' },
      RATE_LIMITED: { description: 'Too many jobs in a minute, or too many at once.' },
      NOT_FOUND: { description: 'There is no such job, or it is not yours.' },
      NOT_CANCELABLE: { description: 'The job has been sent, or has ended.' },
      NOT_RETRYABLE: { description: 'The job has neither FAILED nor been CANCELED.' },
      PROVIDER_BAD_REQUEST: { description: 'The provider refused the request as it was made.' },
      PROVIDER_UNAUTHORIZED: { description: "The provider did not accept the operator's key." },
      PROVIDER_FORBIDDEN: { description: "The provider does not allow this with the operator's key." },
      PROVIDER_WORKFLOW_NOT_FOUND: { description: 'The provider does not offer this workflow any more.' },
      PROVIDER_UNAVAILABLE: { description: 'The provider said that it could not take the job.' },
      PROVIDER_TIMEOUT: { description: 'The provider gave up on the video for lack of time.' },
      PROVIDER_BAD_OUTPUT: { description: 'The provider finished without a video that can be played.' },
      PROVIDER_JOB_LOST: { description: 'The provider no longer knows the job.' },
      GENERATION_FAILED: { description: 'The provider reported that the job failed.' },
      CONTENT_REJECTED: {
        description: "The provider's content rules refuse the prompt or what came of it. Not retryable unchanged.",
      },
      SUBMISSION_UNCONFIRMED: {
        description: 'Whether the provider took the job is not known; it is never sent twice.',
      },
      DEADLINE_EXCEEDED: { description: 'The video was not there in time.' },
    } satisfies Record<FailureCode, { description: string }>,
  });
}
