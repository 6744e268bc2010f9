import type { Builder } from './builder.ts';

const httpStatus = { nullable: true, description: "The provider's HTTP status, if it sent one." } as const;

const failedJob = {
  type: 'Job',
  nullable: true,
  description: 'The FAILED job, if a mutation returned this failure; null in `Job.failure`.',
} as const;

/** Adds the failures of a job, which appear in `Job.failure` as well as in mutation results. */
export function addProviderFailures(builder: Builder): void {
  builder.objectType('ProviderError', {
    description: 'The provider refused the job, could not accept it, or returned no usable video. `code` says which.',
    interfaces: ['Failure'],
    fields: (t) => ({
      httpStatus: t.exposeInt('httpStatus', httpStatus),
      failedJob: t.expose('failedJob', failedJob),
    }),
  });
  builder.objectType('SubmissionUnconfirmedError', {
    description:
      'It is unknown whether the provider accepted the job. It is never sent twice, and the credits were returned.',
    interfaces: ['Failure'],
    fields: (t) => ({
      httpStatus: t.exposeInt('httpStatus', {
        ...httpStatus,
        description: "The provider's HTTP status, if it sent one (such as 502 or 504).",
      }),
      failedJob: t.expose('failedJob', failedJob),
    }),
  });
  builder.objectType('GenerationFailedError', {
    description: 'The provider reported that the job failed. `message` holds its reason, without secrets.',
    interfaces: ['Failure'],
    fields: (t) => ({ failedJob: t.expose('failedJob', failedJob) }),
  });
  builder.objectType('ContentRejectedError', {
    description:
      "The provider's content rules do not allow this video. `message` holds the provider's reason, without secrets.",
    interfaces: ['Failure'],
    fields: (t) => ({
      httpStatus: t.exposeInt('httpStatus', httpStatus),
      failedJob: t.expose('failedJob', failedJob),
    }),
  });
  builder.objectType('DeadlineExceededError', {
    description: 'The video was not ready before the deadline. The credits were returned.',
    interfaces: ['Failure'],
    fields: (t) => ({ failedJob: t.expose('failedJob', failedJob) }),
  });
}
