import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds createClientToken, which creates tokens for browsers. */
export function addClientToken(builder: Builder): void {
  const Input = builder.inputType('CreateClientTokenInput', {
    description: "A new client token in the environment of the caller's token.",
    fields: (t) => ({
      userId: t.id({ required: true, description: 'The user the token acts for.' }),
      scopes: t.field({
        type: ['Scope'],
        required: true,
        description: 'What the token may do: at least one scope, never ADMIN.',
      }),
      ttlSeconds: t.int({ defaultValue: 900, description: 'How many seconds the token is valid: 1 to 86400.' }),
      jobIds: t.idList({
        description:
          'Limits the token to these jobs, at most 100. It can read, watch and cancel them, but can neither create jobs nor list ' +
          "them. Null means all the user's jobs.",
      }),
      maxCredits: t.int({
        description:
          'The most that all jobs created with this token may cost together. Failed and canceled jobs do not count. The next ' +
          'token has a limit of its own. Null means no extra limit.',
      }),
    }),
  });
  builder.objectType('CreateClientTokenSuccess', {
    description: 'The token was created.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'The token. The browser sends it as `Authorization: Bearer ct_…`.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires.' }),
    }),
  });
  const Result = builder.unionType('CreateClientTokenResult', {
    description: 'The result of `createClientToken`.',
    types: ['CreateClientTokenSuccess', 'InvalidInputError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'CreateClientTokenSuccess'),
  });
  builder.mutationField('createClientToken', (t) =>
    t.field({
      type: Result,
      description:
        'For admins: creates a short-lived token, with which a browser calls the gateway directly for one user. It cannot be ' +
        'revoked, so let it live no longer than the page needs.',
      args: { input: t.arg({ type: Input, required: true, description: "The token's user, scopes and limits." }) },
      resolve: (_root, { input }, context) =>
        context.gateway.createClientToken(viewerOf(context), {
          ...input,
          jobIds: input.jobIds?.map((id) => keyOf('Job', id)),
        }),
    }),
  );
}
