import { erase } from '../domain/erasure.ts';
import type { ErasureOrder } from '../domain/erasure-order.ts';
import type { Job } from '../domain/job.ts';
import type { NumberedJob } from '../ports/erasure.ts';
import { accountTopic, type Bell, type Clock, jobTopic, type Store } from '../ports.ts';

/** What erasing on order needs. */
export type ErasureDeps = {
  readonly store: Pick<Store, 'commit' | 'findJob' | 'openErasures' | 'readErasure' | 'advanceErasure'>;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
};

/** How many orders a round works on. */
const ordersPerRound = 10;

/**
 * How many jobs are erased at once. SQLite writes them in one transaction, and each waits for the disk once, which blocks all others.
 * PostgreSQL takes a connection for each.
 */
export const erasedAtOnce = 4;

/**
 * Creates the function that erases jobs of users for whom that was ordered: it reads up to `most` of them, and fulfils with how many it
 * erased and whether more may be left. A job that has not ended is passed over; its end makes the order open again. Every node may run it.
 */
export function createErasureRound(
  { store, bell, clock }: ErasureDeps,
  isStopping: () => boolean,
): (most: number) => Promise<{ readonly erased: number; readonly isMore: boolean }> {
  /** Erases a job that has ended. False if another change came in between twice: then it is read again later. */
  async function eraseEnded(read: Job): Promise<boolean> {
    let job: Job | null = read;
    for (let tries = 0; job !== null && tries < 2; tries += 1) {
      const now = clock.now();
      const change = erase(job, now);
      if (change === null) return true;
      if (await store.commit(change, now)) {
        erased += 1;
        bell.ring([jobTopic(job.id), accountTopic(job.accountId)]);
        return true;
      }
      job = await store.findJob(job.id);
    }
    return job === null;
  }

  /** Erases jobs in order until one cannot be, and returns the number of the last before it. */
  async function eraseInOrder(covered: readonly NumberedJob[], position: number): Promise<number> {
    let done = position;
    for (let at = 0; at < covered.length && !isStopping(); at += erasedAtOnce) {
      const group = covered.slice(at, at + erasedAtOnce);
      const outcomes = await Promise.all(group.map(({ job }) => eraseEnded(job)));
      const failed = outcomes.indexOf(false);
      const last = failed === -1 ? group.at(-1) : group[failed - 1];
      done = last?.number ?? done;
      if (failed !== -1) break;
    }
    return done;
  }

  /** Works on one order and returns how many jobs it has read. */
  async function follow(order: ErasureOrder, most: number): Promise<number> {
    const covered = await store.readErasure(order, most);
    const done = covered.length === 0 ? order.lastNumber : await eraseInOrder(covered, order.position);
    if (done > order.position) await store.advanceErasure(order, done);
    return covered.length;
  }

  let erased = 0;
  return async (most) => {
    erased = 0;
    let left = most;
    for (const order of await store.openErasures(ordersPerRound)) {
      if (left < 1 || isStopping()) break;
      left -= await follow(order, left);
    }
    return { erased, isMore: left < 1 };
  };
}
