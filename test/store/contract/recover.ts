import { describe, expect, test } from 'vitest';
import { advance } from '../../../src/domain/life.ts';
import { admit, circumstances, claimed, live, lives, type OpenDatabase, start } from './world.ts';

export function describeRecover(open: OpenDatabase): void {
  describe('recover', () => {
    test('ends SUBMITTING rows as the end of their lease would, and leaves waiting rows alone', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const sent = await live(store, job, [claimed]);
      const { job: waiting } = await admit(store);
      const decide = () => advance(sent, claimed, circumstances(start));
      const ended = (await store.recover(start, 7000, decide)).map(({ to }) => to);
      expect(await store.findJobs([sent.id, waiting.id])).toEqual([ended[0] ?? sent, waiting]);
      const over = await store.claimDue(
        { environment: 'TEST', submits: 0, polls: 0, endings: 9 },
        sent.pollAt ?? 0,
        decide,
      );
      const all = [...ended, ...over.map(({ to }) => to)];
      expect(all).toMatchObject([{ id: sent.id, failure: { code: 'SUBMISSION_UNCONFIRMED' } }]);
    });

    test('spreads overdue polls over the given time, and nothing else', async () => {
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
