import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';

/** Adds granting credits. */
export function addGrant(builder: Builder): void {
  const Input = builder.inputType('GrantCreditsInput', {
    description: 'Credits for one user, in one environment.',
    fields: (t) => ({
      userId: t.id({ required: true, description: "The user's id, as their token names it." }),
      environment: t.field({
        type: 'Environment',
        description: "Default: the environment of the caller's token; another one is refused.",
      }),
      credits: t.int({
        required: true,
        description:
          'Not 0; negative to correct. A balance that would fall below what is held or rise above 1000000000 is an InvalidInputError on ["credits"].',
      }),
      reason: t.string({ required: true, description: 'What it is for; stands in the ledger.' }),
      idempotencyKey: t.string({
        description: '1 to 255 printable ASCII characters: the same key with the same grant is booked once.',
      }),
    }),
  });
  builder.objectType('GrantCreditsSuccess', {
    description: 'The credits are booked.',
    fields: (t) => ({
      account: t.field({
        type: 'CreditAccount',
        description: "The user's credits after it.",
        resolve: (account) => account,
      }),
      created: t.exposeBoolean('created', {
        description:
          'True where the user had never been seen: a mistyped userId, perhaps. False where the key had been used.',
      }),
    }),
  });
  const Result = builder.unionType('GrantCreditsResult', {
    description: 'What comes of grantCredits.',
    types: ['GrantCreditsSuccess', 'InvalidInputError', 'GrantConflictError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'GrantCreditsSuccess'),
  });
  builder.mutationField('grantCredits', (t) =>
    t.field({
      type: Result,
      description: 'For tokens with the admin role.',
      args: { input: t.arg({ type: Input, required: true, description: 'Whom to grant what.' }) },
      resolve: (_root, { input }, context) => context.gateway.grantCredits(viewerOf(context), input),
    }),
  );
}
