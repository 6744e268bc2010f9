import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds cancelJob. */
export function addCancel(builder: Builder): void {
  builder.objectType('CancelJobSuccess', {
    description: 'The job was canceled.',
    fields: (t) => ({
      job: t.field({ type: 'Job', description: 'The job in its current state.', resolve: (job) => job }),
    }),
  });
  const Result = builder.unionType('CancelJobResult', {
    description: 'The result of `cancelJob`.',
    types: ['CancelJobSuccess', 'NotFoundError', 'JobStateError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'CancelJobSuccess'),
  });
  builder.mutationField('cancelJob', (t) =>
    t.field({
      type: Result,
      description:
        'Cancels a job that has not been sent to the provider yet. Later it is too late, because the provider has no cancel. ' +
        'Canceling a CANCELED job succeeds.',
      args: { id: t.arg.id({ required: true, description: 'The id of the job to cancel.' }) },
      resolve: (_root, { id }, context) => context.gateway.cancelJob(viewerOf(context), keyOf('Job', id)),
    }),
  );
}
