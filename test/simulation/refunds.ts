import type { Evidence } from './evidence.ts';
import { breachesOf } from './invariant/outcome.ts';
import type { World } from './node.ts';
import type { Violation } from './observations.ts';

/** Refunds every job of some accounts twice at once, when the history is over: each completed one must be refunded once. */
export async function refundAll({ database, timeline }: World, accounts: readonly Evidence[]): Promise<Violation[]> {
  database.isSpared = true;
  const createdAt = timeline.now();
  const all: Violation[] = [];
  for (const job of accounts.flatMap(({ jobs }) => jobs)) {
    const refund = { environment: job.environment, jobId: job.id, reason: 'Sorry', createdAt };
    const results = await Promise.all([database.store.refund(refund), database.store.refund(refund)]);
    const booked = results.filter((result) => 'entry' in result).length;
    const expected = job.state === 'COMPLETED' ? 1 : 0;
    all.push(
      ...breachesOf('ledger exact', (report) => {
        if (booked !== expected) report(`${booked} refunds of the ${job.state} job ${job.id} were acknowledged`);
      }),
    );
  }
  database.isSpared = false;
  return all;
}
