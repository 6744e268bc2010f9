import type { Builder } from './builder.ts';

/** Adds InsufficientCreditsError, used both for the caller's credits and for the operator's at the provider. */
export function addInsufficientCredits(builder: Builder): void {
  builder.enumType('CreditScope', {
    description: 'Who is short of credits.',
    values: {
      ACCOUNT: { description: "The caller's own credits." },
      PROVIDER: {
        description:
          "The operator's credits at the provider (its HTTP 406). The caller did nothing wrong and is charged nothing.",
      },
    },
  });
  builder.objectType('InsufficientCreditsError', {
    description: 'There are not enough credits for a video. `scope` says whose.',
    interfaces: ['Failure'],
    fields: (t) => ({
      failedJob: t.field({
        type: 'Job',
        nullable: true,
        description: 'The job that FAILED because of it. Null if `scope` is ACCOUNT, because nothing was stored.',
        resolve: (failure) => (failure.kind === 'job' ? failure.job : null),
      }),
      scope: t.field({
        type: 'CreditScope',
        description: 'Who is short of credits.',
        resolve: ({ kind }) => (kind === 'job' ? 'PROVIDER' : 'ACCOUNT'),
      }),
      required: t.int({
        nullable: true,
        description: 'The price of the video; null if `scope` is PROVIDER.',
        resolve: (failure) => (failure.kind === 'job' ? null : failure.required),
      }),
      available: t.int({
        nullable: true,
        description: 'What the caller can spend; null if `scope` is PROVIDER.',
        resolve: (failure) => (failure.kind === 'job' ? null : failure.available),
      }),
      held: t.int({
        nullable: true,
        description:
          'Credits held by running jobs. If `required` fits within `available` + `held`, waiting may help. Null if `scope` is ' +
          'PROVIDER.',
        resolve: (failure) => (failure.kind === 'job' ? null : failure.held),
      }),
    }),
  });
}
