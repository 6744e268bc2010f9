import type { Builder } from './builder.ts';

/** Adds InsufficientCreditsError: one type for the caller's own credits and for the operator's at the provider. */
export function addInsufficientCredits(builder: Builder): void {
  builder.enumType('CreditScope', {
    description: 'Whose credits ran out.',
    values: {
      ACCOUNT: { description: "The caller's own credits." },
      PROVIDER: {
        description:
          "The operator's account at the provider (its HTTP 406). Nothing the caller did, and nothing is charged.",
      },
    },
  });
  builder.objectType('InsufficientCreditsError', {
    description: 'There are too few credits for a video; scope says whose.',
    interfaces: ['Failure'],
    fields: (t) => ({
      failedJob: t.field({
        type: 'Job',
        nullable: true,
        description:
          "The FAILED job that the provider's 406 left behind; null where scope is ACCOUNT: nothing was stored.",
        resolve: (failure) => (failure.kind === 'job' ? failure.job : null),
      }),
      scope: t.field({
        type: 'CreditScope',
        description: 'Whose credits ran out.',
        resolve: ({ kind }) => (kind === 'job' ? 'PROVIDER' : 'ACCOUNT'),
      }),
      required: t.int({
        nullable: true,
        description: 'Null where scope is PROVIDER.',
        resolve: (failure) => (failure.kind === 'job' ? null : failure.required),
      }),
      available: t.int({
        nullable: true,
        description: 'What the caller can spend; null where scope is PROVIDER.',
        resolve: (failure) => (failure.kind === 'job' ? null : failure.available),
      }),
      held: t.int({
        nullable: true,
        description: 'Credits held by running jobs: when required fits within available + held, waiting helps.',
        resolve: (failure) => (failure.kind === 'job' ? null : failure.held),
      }),
    }),
  });
}
