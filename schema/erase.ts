import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';

/** Adds eraseUser. */
export function addErase(builder: Builder): void {
  builder.objectType('EraseUserSuccess', {
    description:
      'The order is stored and is followed even after a restart. Jobs that have ended are deleted within minutes, running ones ' +
      'as they end. Asking again gives the same counts until the user has new jobs.',
    fields: (t) => ({
      jobs: t.exposeInt('jobs', {
        description: 'How many jobs are deleted: all that the user has, also those deleted before.',
      }),
      videos: t.exposeInt('videos', { description: 'How many of them had a video when it was ordered.' }),
    }),
  });
  const Result = builder.unionType('EraseUserResult', {
    description: 'The result of `eraseUser`.',
    types: ['EraseUserSuccess', 'InvalidInputError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'EraseUserSuccess'),
  });
  builder.mutationField('eraseUser', (t) =>
    t.field({
      type: Result,
      description:
        "For admins: what `deleteJob` does, to all jobs of a user in the environment of the caller's token. Jobs that the user " +
        'creates afterwards are not covered: revoke their keys first.',
      args: { userId: t.arg.id({ required: true, description: 'Whose jobs are deleted.' }) },
      resolve: (_root, { userId }, context) => context.gateway.eraseUser(viewerOf(context), userId),
    }),
  );
}
