import { createLocalBell } from '../../../src/adapter/bell/local.ts';
import { createEraseUser } from '../../../src/gateway/erasure.ts';
import type { Store } from '../../../src/ports.ts';
import { createRetention, type Retention } from '../../../src/worker/retention.ts';
import { changeOf } from '../../store/contract/world.ts';
import { createManualClock } from '../../world/clock.ts';
import { createMemoryLog } from '../../world/log.ts';
import { erased } from './erasure-jobs.ts';

/** When the user is erased: after all jobs were stored. */
const orderedAt = Date.UTC(2026, 6, 1);

/** What was done in all rounds so far. */
export type Counts = { read: number; erased: number; mostBetweenAnswers: number };

/** A node that erases. `kill` makes its database refuse every write from then on, as if the process had died. */
export function startNode(store: Store, counts: Counts) {
  let isKilled = false;
  const refuse = () => Promise.reject(new Error('killed'));
  const counted: Store = {
    ...store,
    async readErasure(order, limit) {
      const jobs = await store.readErasure(order, limit);
      counts.read += jobs.length;
      return jobs;
    },
    async commit(change, now) {
      if (isKilled) return refuse();
      const isWritten = await store.commit(change, now);
      if (isWritten) counts.erased += 1;
      return isWritten;
    },
    advanceErasure: (order, number) => (isKilled ? refuse() : store.advanceErasure(order, number)),
  };
  const clock = createManualClock(orderedAt + 1);
  const bell = createLocalBell();
  const limits = { retentionMs: null, jobRetentionMs: null };
  const retention = createRetention({ store: counted, blobs: null, bell, clock, log: createMemoryLog(), ...limits });
  return {
    retention,
    kill: () => {
      isKilled = true;
    },
  };
}

/** Orders the erasure. */
export function order(store: Store, id: string) {
  return createEraseUser({ store, clock: { now: () => orderedAt, newId: () => id } })(
    { environment: 'LIVE' },
    erased.owner,
  );
}

/** Runs a round while somebody else books credits, one booking after the other, and notes how many jobs were erased between two of them. */
export async function roundBeside(
  retention: Retention,
  book: () => Promise<unknown>,
  counts: Counts,
): Promise<boolean> {
  const state = { isRunning: true };
  const round = retention.round().finally(() => {
    state.isRunning = false;
  });
  while (state.isRunning) {
    const before = counts.erased;
    await book();
    counts.mostBetweenAnswers = Math.max(counts.mostBetweenAnswers, counts.erased - before);
  }
  return round;
}

/** Runs rounds until one finds no more. */
export async function finish(retention: Retention): Promise<void> {
  while (await retention.round());
}

/** Cancels a job that still waits. */
export async function cancel(store: Store, id: string): Promise<void> {
  const job = await store.findJob(id);
  if (job === null) throw new Error(`There is no job ${id}`);
  if (!(await store.commit(changeOf(job, { type: 'canceled' }, orderedAt + 1), orderedAt + 1)))
    throw new Error('The job was not canceled');
}
