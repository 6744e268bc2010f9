import { type ChargeState, chargeStateOf } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';

/** Adds Charge and its states. */
export function addCharge(builder: Builder): void {
  builder.enumType('ChargeState', {
    description: 'Where the price of a job stands.',
    values: {
      HELD: { description: 'Set aside while the job runs: still part of balance, no longer of available.' },
      CAPTURED: { description: 'Spent: the job is COMPLETED.' },
      RELEASED: { description: 'Given back: the job is FAILED or CANCELED.' },
    } satisfies Record<ChargeState, { description: string }>,
  });

  builder.objectType('Charge', {
    description: 'What a job costs its owner, and whether that is paid.',
    fields: (t) => ({
      state: t.field({
        type: 'ChargeState',
        description: 'Moves once, in the same instant as the job ends.',
        resolve: (job) => chargeStateOf(job.state),
      }),
      credits: t.exposeInt('priceCredits', { description: 'The price when the job was made.' }),
    }),
  });
}
