import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';

/** Adds grantCredits. */
export function addGrant(builder: Builder): void {
  const Input = builder.inputType('GrantCreditsInput', {
    description: 'Credits for one user in one environment.',
    fields: (t) => ({
      userId: t.id({ required: true, description: "The user's id, as it appears in their token." }),
      environment: t.field({
        type: 'Environment',
        description: "Default: the environment of the caller's token. Any other is refused.",
      }),
      credits: t.int({
        required: true,
        description:
          'How many credits to add, not 0; a negative number takes credits back. If the balance would fall below `held` or rise ' +
          'above 1000000000, you get an InvalidInputError on ["credits"].',
      }),
      reason: t.string({ required: true, description: 'What the credits are for. It is shown in the ledger.' }),
      idempotencyKey: t.string({
        description: '1 to 255 printable ASCII characters. The same key with the same grant is booked only once.',
      }),
    }),
  });
  builder.objectType('GrantCreditsSuccess', {
    description: 'The credits were booked.',
    fields: (t) => ({
      account: t.field({
        type: 'CreditAccount',
        description: "The user's credits after the grant.",
        resolve: (account) => account,
      }),
      created: t.exposeBoolean('created', {
        description:
          'True if the gateway had never seen this user, perhaps because `userId` is mistyped. False if the key had been used before.',
      }),
    }),
  });
  const Result = builder.unionType('GrantCreditsResult', {
    description: 'The result of `grantCredits`.',
    types: ['GrantCreditsSuccess', 'InvalidInputError', 'GrantConflictError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'GrantCreditsSuccess'),
  });
  builder.mutationField('grantCredits', (t) =>
    t.field({
      type: Result,
      description: "For admins: adds credits to a user's account, or takes some back.",
      args: { input: t.arg({ type: Input, required: true, description: 'Who gets how many credits.' }) },
      resolve: (_root, { input }, context) => context.gateway.grantCredits(viewerOf(context), input),
    }),
  );
}
