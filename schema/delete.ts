import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds deleteJob. */
export function addDelete(builder: Builder): void {
  builder.objectType('DeleteJobSuccess', {
    description: 'The job was deleted.',
    fields: (t) => ({
      job: t.field({ type: 'Job', description: 'What is left of the job.', resolve: (job) => job }),
    }),
  });
  const Result = builder.unionType('DeleteJobResult', {
    description: 'The result of `deleteJob`.',
    types: ['DeleteJobSuccess', 'NotFoundError', 'JobStateError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'DeleteJobSuccess'),
  });
  builder.mutationField('deleteJob', (t) =>
    t.field({
      type: Result,
      description:
        "Removes a job's prompt, externalId and video for good, and what the provider said about it. The job must have ended. " +
        'Its id, price, times, history and ledger entries stay, and it still counts. Deleting a deleted job succeeds.',
      args: { id: t.arg.id({ required: true, description: 'The id of the job to delete.' }) },
      resolve: (_root, { id }, context) => context.gateway.deleteJob(viewerOf(context), keyOf('Job', id)),
    }),
  );
}
