import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds refundJob. */
export function addRefund(builder: Builder): void {
  builder.objectType('RefundJobSuccess', {
    description: 'The credits went back to the owner of the job.',
    fields: (t) => ({
      entry: t.expose('entry', { type: 'LedgerEntry', description: 'The REFUND in the ledger.' }),
      account: t.expose('account', { type: 'CreditAccount', description: "The owner's credits after the refund." }),
    }),
  });
  const Result = builder.unionType('RefundJobResult', {
    description: 'The result of `refundJob`.',
    types: ['RefundJobSuccess', 'InvalidInputError', 'NotFoundError', 'JobStateError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'RefundJobSuccess'),
  });
  builder.mutationField('refundJob', (t) =>
    t.field({
      type: Result,
      description:
        'For admins: gives the owner of a COMPLETED job its credits back, once per job. A second call is a JobStateError and books ' +
        'nothing. `charge` stays CAPTURED: the refund is an entry of its own in the ledger, and a job that cost 0 gets one of 0.',
      args: {
        id: t.arg.id({ required: true, description: 'The id of the job, of any user of the environment.' }),
        reason: t.arg.string({
          required: true,
          description: 'Why, in 1 to 1000 characters. It is shown in the ledger, to the user, too.',
        }),
      },
      resolve: (_root, { id, reason }, context) =>
        context.gateway.refundJob(viewerOf(context), keyOf('Job', id), reason),
    }),
  );
}
