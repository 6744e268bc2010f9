import { type ChargeState, chargeStateOf } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';

/** Adds Charge and ChargeState. */
export function addCharge(builder: Builder): void {
  builder.enumType('ChargeState', {
    description: "What has become of a job's price.",
    values: {
      HELD: { description: 'Reserved while the job runs: still part of `balance`, no longer part of `available`.' },
      CAPTURED: { description: 'Spent, because the job is COMPLETED.' },
      RELEASED: { description: 'Returned, because the job is FAILED or CANCELED.' },
    } satisfies Record<ChargeState, { description: string }>,
  });

  builder.objectType('Charge', {
    description: 'What a job costs its owner, and whether it has been paid.',
    fields: (t) => ({
      state: t.field({
        type: 'ChargeState',
        description: 'HELD until the job ends. Changes exactly once, together with the job.',
        resolve: (job) => chargeStateOf(job.state),
      }),
      credits: t.exposeInt('priceCredits', { description: 'The price, fixed when the job was created.' }),
    }),
  });
}
