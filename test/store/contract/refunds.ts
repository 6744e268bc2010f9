import { describe, expect, test } from 'vitest';
import type { Refund } from '../../../src/ports/money.ts';
import type { Store } from '../../../src/ports.ts';
import { audit } from './invariants.ts';
import { admit, first, grantOf, live, lives, newId, type OpenDatabase, start } from './world.ts';

const refundOf = (jobId: string, patch: Partial<Refund> = {}): Refund => ({
  environment: 'TEST',
  jobId,
  reason: 'A blurred video',
  createdAt: start + 9000,
  ...patch,
});

async function completedJob(store: Store, priceCredits = 67) {
  const { job } = await admit(store, { priceCredits });
  return live(store, job, lives.completed);
}

export function describeRefunds(open: OpenDatabase): void {
  describe('a refund', () => {
    test('gives back what a completed job captured, in an entry that names it', async () => {
      const { store } = await open();
      const job = await completedJob(store);
      const refunded = await store.refund(refundOf(job.id));
      if (!('entry' in refunded)) throw new Error(refunded.message);
      expect(refunded.account).toMatchObject({ id: job.accountId, balance: 1000, held: 0 });
      expect(refunded.entry).toEqual({
        id: refunded.entry.id,
        accountId: job.accountId,
        number: 3,
        kind: 'REFUND',
        credits: 67,
        balanceAfter: 1000,
        jobId: job.id,
        reason: 'A blurred video',
        idempotencyKey: null,
        createdAt: start + 9000,
      });
      expect(await store.findLedgerEntry(refunded.entry.id)).toEqual(refunded.entry);
      expect((await store.listLedger(job.accountId, first(1))).items).toEqual([refunded.entry]);
      expect(await store.findJob(job.id)).toEqual(job);
      await audit(store, job.accountId);
    });

    test('is booked once, for any number of calls at the same time', async () => {
      const { store } = await open();
      const job = await completedJob(store);
      const all = await Promise.all(Array.from({ length: 10 }, () => store.refund(refundOf(job.id))));
      expect(all.filter((result) => 'entry' in result)).toHaveLength(1);
      const refused = all.filter((result) => 'kind' in result);
      expect(refused).toHaveLength(9);
      for (const result of refused) expect(result).toMatchObject({ kind: 'jobState', code: 'NOT_REFUNDABLE', job });
      expect(await store.findAccount(job.accountId)).toMatchObject({ balance: 1000 });
      await audit(store, job.accountId);
    });

    test('of a job that has not completed, or that nobody has in this environment, is refused', async () => {
      const { store } = await open();
      for (const events of [lives.pending, lives.processing, lives.failed, lives.canceled, lives.late]) {
        const { job } = await admit(store);
        await live(store, job, events);
        expect(await store.refund(refundOf(job.id))).toMatchObject({ kind: 'jobState', job: { id: job.id } });
      }
      const job = await completedJob(store);
      expect(await store.refund(refundOf(newId()))).toMatchObject({ kind: 'notFound' });
      expect(await store.refund(refundOf(job.id, { environment: 'LIVE' }))).toMatchObject({ kind: 'notFound' });
      expect((await store.listLedger(job.accountId, first(1))).items).toMatchObject([{ kind: 'CAPTURE' }]);
    });

    test('of a job that cost nothing is an entry of 0', async () => {
      const { store } = await open();
      const job = await completedJob(store, 0);
      expect(await store.refund(refundOf(job.id))).toMatchObject({ entry: { credits: 0 }, account: { balance: 1000 } });
      expect(await store.refund(refundOf(job.id))).toMatchObject({ kind: 'jobState' });
      await audit(store, job.accountId);
    });

    test('above the highest balance is refused, and can be booked later', async () => {
      const { store } = await open();
      const job = await completedJob(store);
      await store.grant(grantOf({ credits: 999_999_001 }));
      const refused = await store.refund(refundOf(job.id));
      expect(refused).toMatchObject({ kind: 'invalidInput', issues: [{ path: ['id'] }] });
      await store.grant(grantOf({ credits: -1 }));
      expect(await store.refund(refundOf(job.id))).toMatchObject({ account: { balance: 1_000_000_000 } });
    });
  });
}
