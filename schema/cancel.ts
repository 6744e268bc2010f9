import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds calling a job off. */
export function addCancel(builder: Builder): void {
  builder.objectType('CancelJobSuccess', {
    description: 'The job is CANCELED.',
    fields: (t) => ({
      job: t.field({ type: 'Job', description: 'The job, as it stands.', resolve: (job) => job }),
    }),
  });
  const Result = builder.unionType('CancelJobResult', {
    description: 'What comes of cancelJob.',
    types: ['CancelJobSuccess', 'NotFoundError', 'JobStateError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'CancelJobSuccess'),
  });
  builder.mutationField('cancelJob', (t) =>
    t.field({
      type: Result,
      description:
        'Only a job that has not been sent to the provider can be canceled: the provider has no cancel. Canceling a CANCELED job succeeds.',
      args: { id: t.arg.id({ required: true, description: 'Of the job to cancel.' }) },
      resolve: (_root, { id }, context) => context.gateway.cancelJob(viewerOf(context), keyOf('Job', id)),
    }),
  );
}
