import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds tokens for browsers. */
export function addClientToken(builder: Builder): void {
  const Input = builder.inputType('CreateClientTokenInput', {
    description: "A token of the environment of the caller's own.",
    fields: (t) => ({
      userId: t.id({ required: true, description: 'Whom it is to speak for.' }),
      scopes: t.field({
        type: ['Scope'],
        required: true,
        description: 'What it is to allow, at least one; never ADMIN.',
      }),
      ttlSeconds: t.int({ defaultValue: 900, description: 'How long it is good for: 1 to 86400.' }),
      jobIds: t.idList({
        description:
          'The only jobs that it can see, watch and cancel, at most 100: it then makes no jobs and reads no lists of them. Null means all of the user.',
      }),
      maxCredits: t.int({
        description:
          'What all jobs that it asks for may cost together; those that fail or are canceled do not count. Null means no limit of its own.',
      }),
    }),
  });
  builder.objectType('CreateClientTokenSuccess', {
    description: 'The token is made.',
    fields: (t) => ({
      token: t.exposeString('token', { description: 'For the browser: Authorization: Bearer ct_….' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it is good.' }),
    }),
  });
  const Result = builder.unionType('CreateClientTokenResult', {
    description: 'What comes of createClientToken.',
    types: ['CreateClientTokenSuccess', 'InvalidInputError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'CreateClientTokenSuccess'),
  });
  builder.mutationField('createClientToken', (t) =>
    t.field({
      type: Result,
      description:
        'For admins: a short-lived token with which a browser speaks for one user, so that no proxy has to stand between it and the gateway. It cannot be revoked: let it live no longer than a page needs.',
      args: { input: t.arg({ type: Input, required: true, description: 'For whom, and for what.' }) },
      resolve: (_root, { input }, context) =>
        context.gateway.createClientToken(viewerOf(context), {
          ...input,
          jobIds: input.jobIds?.map((id) => keyOf('Job', id)),
        }),
    }),
  );
}
