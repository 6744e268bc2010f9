import { describe, expect, test } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import { advance } from '../../../src/domain/life.ts';
import type { Store } from '../../../src/ports.ts';
import { admit, ana, circumstances, claimed, live, lives, type OpenDatabase, type Ownership, start } from './world.ts';

/** Stores a job that is being sent in each environment, and one that waits; recovers, and tells what ended. */
async function recoverAmong(
  store: Store,
): Promise<{ readonly ended: unknown; readonly sent: readonly Job[]; readonly waiting: Job }> {
  const sent: Job[] = [];
  for (const environment of ['TEST', 'LIVE'] as const) {
    const { job } = await admit(store, { account: { ...ana, environment } });
    sent.push(await live(store, job, [claimed]));
  }
  const { job: waiting } = await admit(store);
  const changes = await store.recover(start, 7000, (job) => advance(job, claimed, circumstances(start)));
  return { ended: changes.map(({ to }) => [to.environment, to.failure?.code]), sent, waiting };
}

export function describeRecover(open: OpenDatabase, ownership: Ownership): void {
  describe('recover', () => {
    if (ownership === 'alone') {
      test('ends every SUBMITTING row of both environments, due or not', async () => {
        const { store } = await open();
        const { ended, waiting } = await recoverAmong(store);
        expect(ended).toEqual([
          ['LIVE', 'SUBMISSION_UNCONFIRMED'],
          ['TEST', 'SUBMISSION_UNCONFIRMED'],
        ]);
        expect(await store.findJob(waiting.id)).toEqual(waiting);
        expect((await store.losses('TEST')).unconfirmed).toBe(1);
      });
    } else {
      test('leaves every SUBMITTING row to its lease: another node may be sending it', async () => {
        const { store } = await open();
        const { ended, sent } = await recoverAmong(store);
        expect(ended).toEqual([]);
        expect(await store.findJobs(sent.map(({ id }) => id))).toEqual(sent);
      });
    }

    test('spreads overdue looks over the given time, and only those', async () => {
      const { store } = await open();
      const overdue: string[] = [];
      for (let i = 0; i < 4; i += 1) {
        const { job } = await admit(store);
        overdue.push((await live(store, job, lives.queued, start + i)).id);
      }
      const { job } = await admit(store);
      const later = await live(store, job, lives.queued, start + 60_000);
      const now = start + 30_000;
      expect(await store.recover(now, 8000, () => null)).toEqual([]);
      const dueAt = (await store.findJobs(overdue)).map(({ pollAt }) => (pollAt ?? 0) - now);
      expect(dueAt).toEqual([0, 2000, 4000, 6000]);
      expect(await store.findJob(later.id)).toEqual(later);
    });
  });
}
