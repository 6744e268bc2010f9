import type { Builder } from './builder.ts';

const httpStatus = { nullable: true, description: "The provider's HTTP status, where it gave one." } as const;

const failedJob = {
  type: 'Job',
  nullable: true,
  description: 'The FAILED job that this left behind, where it is the answer to a mutation.',
} as const;

/** Adds what went wrong at the provider: the members of results that jobs can carry, too. */
export function addProviderFailures(builder: Builder): void {
  builder.objectType('ProviderError', {
    description: 'The provider refused or could not take the job, or made nothing usable of it; code says which.',
    interfaces: ['Failure'],
    fields: (t) => ({
      httpStatus: t.exposeInt('httpStatus', httpStatus),
      failedJob: t.expose('failedJob', failedJob),
    }),
  });
  builder.objectType('SubmissionUnconfirmedError', {
    description:
      'It could not be learnt whether the provider took the job. It is never sent twice; the credits went back.',
    interfaces: ['Failure'],
    fields: (t) => ({
      httpStatus: t.exposeInt('httpStatus', {
        ...httpStatus,
        description: "The provider's HTTP status, where it gave one (502, 504).",
      }),
      failedJob: t.expose('failedJob', failedJob),
    }),
  });
  builder.objectType('GenerationFailedError', {
    description: 'The provider took the job and reported that it failed.',
    interfaces: ['Failure'],
    fields: (t) => ({ failedJob: t.expose('failedJob', failedJob) }),
  });
  builder.objectType('ContentRejectedError', {
    description: "CONTENT_REJECTED. message holds the provider's own reason, cleaned and redacted.",
    interfaces: ['Failure'],
    fields: (t) => ({
      httpStatus: t.exposeInt('httpStatus', httpStatus),
      failedJob: t.expose('failedJob', failedJob),
    }),
  });
  builder.objectType('DeadlineExceededError', {
    description: 'The video was not there when the deadline passed; the credits went back.',
    interfaces: ['Failure'],
    fields: (t) => ({ failedJob: t.expose('failedJob', failedJob) }),
  });
}
