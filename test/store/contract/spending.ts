import { describe, expect, test } from 'vitest';
import { admissionOf, admit, ana, anyJob, canceled, live, lives, type OpenDatabase, start } from './world.ts';

export function describeSpending(open: OpenDatabase): void {
  describe('the credit limit of a token', () => {
    const spending = { tokenId: 't1', maxCredits: 140 };

    test('counts all its jobs, and nobody else’s', async () => {
      const { store } = await open();
      await admit(store, { spending, idempotencyKey: 'k1' });
      await admit(store, { spending });
      const { job } = await admit(store, { spending, idempotencyKey: 'k1' });
      expect(await store.admit(admissionOf({ spending }))).toMatchObject({
        kind: 'insufficientCredits',
        required: 67,
        available: 6,
        held: 0,
      });
      expect(await store.countJobs(job.accountId, anyJob)).toBe(2);
      await admit(store, { spending: { ...spending, tokenId: 't2' } });
      await admit(store);
    });

    test('is restored by jobs that fail, and not by those that complete', async () => {
      const { store } = await open();
      const one = { tokenId: 't1', maxCredits: 67 };
      for (const life of [[canceled], lives.failed, lives.expired]) {
        await live(store, (await admit(store, { spending: one })).job, life);
      }
      await live(store, (await admit(store, { spending: one })).job, lives.completed);
      expect(await store.admit(admissionOf({ spending: one }))).toMatchObject({ available: 0 });
    });

    test('is never spent twice by calls at the same time', async () => {
      const { store } = await open();
      await store.arrive(ana, 1000, start);
      const all = await Promise.all(Array.from({ length: 20 }, () => store.admit(admissionOf({ spending }))));
      expect(all.filter(({ kind }) => kind === 'admitted')).toHaveLength(2);
    });
  });
}
