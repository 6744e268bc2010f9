import { describe, expect, test } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import type { Admission } from '../../../src/ports.ts';
import {
  admissionOf,
  admit,
  ana,
  anyJob,
  bob,
  canceled,
  first,
  live,
  lives,
  type OpenDatabase,
  start,
} from './world.ts';

export function describeAdmit(open: OpenDatabase): void {
  describe('admit', () => {
    test('stores a job that is due at once, holds its price and starts its history', async () => {
      const { store } = await open();
      const admission = admissionOf({ idempotencyKey: 'k1' });
      const { job, account, replayed } = await admit(store, admission);
      expect(replayed).toBe(false);
      expect(job).toMatchObject({
        ...admission.input,
        ...ana,
        id: admission.id,
        state: 'PENDING',
        version: 1,
        pollAt: start,
      });
      expect(account).toMatchObject({ balance: 1000, held: 67, feed: 1 });
      expect(await store.findJob(job.id)).toEqual(job);
      expect(await store.findAccount(account.id)).toEqual(account);
      const event = { jobId: job.id, accountId: account.id, feed: 1, version: 1, status: 'PENDING', occurredAt: start };
      const { items } = await store.listEvents(job.id, first(10));
      expect(items).toEqual([{ ...event, message: 'Stored; its price is held.' }]);
    });

    test('stores two thousand characters of any script unchanged', async () => {
      const { store } = await open();
      const input = {
        prompt: '🎬'.repeat(2000),
        aspectRatio: 'PORTRAIT_3_4',
        seed: -1,
        externalId: 'ø'.repeat(255),
      } as const;
      const { job } = await admit(store, { input: { ...input, seed: Number.MAX_SAFE_INTEGER } });
      expect(await store.findJob(job.id)).toMatchObject({ ...input, seed: Number.MAX_SAFE_INTEGER });
    });

    test('is refused for an account that does not exist', async () => {
      const { store } = await open();
      await expect(store.admit(admissionOf())).rejects.toThrow('does not exist');
    });

    test('charges nothing for a free job', async () => {
      const { store } = await open();
      await store.arrive(ana, 0, start);
      expect(await store.admit(admissionOf({ priceCredits: 0 }))).toMatchObject({ account: { held: 0, balance: 0 } });
    });
  });

  describe('an idempotency key', () => {
    test('finds its job, however limits, prices and credits have changed', async () => {
      const { store } = await open();
      const { job } = await admit(store, { idempotencyKey: 'k1' });
      const done = await live(store, job, lives.completed);
      const repeat = admissionOf({
        idempotencyKey: 'k1',
        priceCredits: 5000,
        maxCredits: 0,
        limits: { perMinute: 1, inFlight: 0 },
      });
      expect(await store.admit(repeat)).toEqual({
        kind: 'admitted',
        job: done,
        account: await store.findAccount(job.accountId),
        replayed: true,
      });
    });

    test('makes one job of ten calls at the same time', async () => {
      const { store } = await open();
      const all = await Promise.all(Array.from({ length: 10 }, () => admit(store, { idempotencyKey: 'k1' })));
      expect(new Set(all.map(({ job }) => job.id)).size).toBe(1);
      expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(await store.arrive(ana, 0, start)).toMatchObject({ held: 67, feed: 1 });
    });

    test.each([{ prompt: 'A boat ' }, { aspectRatio: 'PORTRAIT_3_4' as const }, { seed: 8 }, { externalId: '' }])(
      'is a conflict with %o',
      async (patch) => {
        const { store } = await open();
        const { job } = await admit(store, { idempotencyKey: 'k1' });
        const other = admissionOf({ idempotencyKey: 'k1', input: { ...admissionOf().input, ...patch } });
        expect(await store.admit(other)).toMatchObject({ kind: 'idempotencyConflict', job });
        expect(await store.countJobs(job.accountId, anyJob)).toBe(1);
      },
    );

    test('belongs to one user in one environment', async () => {
      const { store } = await open();
      const accounts = [ana, bob, { ...ana, environment: 'LIVE' as const }];
      const all = await Promise.all(accounts.map((account) => admit(store, { account, idempotencyKey: 'k1' })));
      expect(all.map(({ replayed }) => replayed)).toEqual([false, false, false]);
    });

    test('stays free after a call that stored nothing', async () => {
      const { store } = await open();
      await store.arrive(ana, 1000, start);
      const refused = await store.admit(admissionOf({ idempotencyKey: 'k1', maxCredits: 1 }));
      expect(refused.kind).toBe('invalidInput');
      expect(await admit(store, { idempotencyKey: 'k1', maxCredits: 67 })).toMatchObject({ replayed: false });
    });
  });

  describe('a retry', () => {
    test('without a key is made once', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await live(store, job, [canceled]);
      const all = await Promise.all(Array.from({ length: 5 }, () => admit(store, { retryOf: job.id })));
      expect(new Set(all.map((one) => one.job.id)).size).toBe(1);
      expect(all.filter(({ replayed }) => replayed)).toHaveLength(4);
      expect(all[0]?.job.retryOf).toBe(job.id);
    });

    test('with a key is made once for every key', async () => {
      const { store } = await open();
      const { job } = await admit(store, { idempotencyKey: 'k0' });
      await live(store, job, [canceled]);
      const retry = (idempotencyKey: string | null) => admit(store, { retryOf: job.id, idempotencyKey });
      const all = [await retry(null), await retry('k1'), await retry('k2'), await retry('k1'), await retry('k0')];
      expect(new Set(all.map((one) => one.job.id)).size).toBe(4);
      expect(all.map(({ replayed }) => replayed)).toEqual([false, false, false, true, true]);
    });
  });

  describe('limits', () => {
    const refusalAfter = async (stored: number, patch: Partial<Admission>) => {
      const { store } = await open();
      const jobs: Job[] = [];
      for (let i = 0; i < stored; i += 1) jobs.push((await admit(store, { createdAt: start + i * 1000 })).job);
      return { store, jobs, result: await store.admit(admissionOf(patch)) };
    };

    test('refuse a user with too many jobs in flight, until one has ended', async () => {
      const limits = { perMinute: 60, inFlight: 2 };
      const { store, jobs, result } = await refusalAfter(2, { limits });
      expect(result).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 5 });
      for (const job of jobs.slice(1)) await live(store, job, lives.failed);
      expect(await store.admit(admissionOf({ limits }))).toMatchObject({ kind: 'admitted', account: { held: 134 } });
    });

    test('refuse a user with too many jobs per minute, until the first leaves the minute', async () => {
      const limits = { perMinute: 3, inFlight: 50 };
      const { store, result } = await refusalAfter(3, { limits, createdAt: start + 2500 });
      expect(result).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 58 });
      expect(await store.admit(admissionOf({ limits, createdAt: start + 59_999 }))).toMatchObject({
        retryAfterSeconds: 1,
      });
      expect(await store.admit(admissionOf({ limits, createdAt: start + 60_000 }))).toMatchObject({ kind: 'admitted' });
    });

    test('count jobs of the minute that have ended, and no other user’s', async () => {
      const limits = { perMinute: 2, inFlight: 50 };
      const { store, jobs } = await refusalAfter(2, {});
      for (const job of jobs) await live(store, job, [canceled]);
      expect(await store.admit(admissionOf({ limits, createdAt: start + 2000 }))).toMatchObject({
        kind: 'rateLimited',
      });
      expect((await admit(store, { account: bob, limits })).replayed).toBe(false);
    });

    test('are checked before the price, and the price before the credits', async () => {
      const blocked = { limits: { perMinute: 1, inFlight: 1 }, maxCredits: 1, priceCredits: 5000 };
      const { store, result } = await refusalAfter(1, blocked);
      expect(result).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 5 });
      const fast = { ...blocked, limits: { perMinute: 1, inFlight: 2 } };
      expect(await store.admit(admissionOf(fast))).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 60 });
      const dear = { ...blocked, limits: { perMinute: 2, inFlight: 2 } };
      expect(await store.admit(admissionOf(dear))).toMatchObject({
        kind: 'invalidInput',
        issues: [{ path: ['maxCredits'], message: expect.stringContaining('5000') }],
      });
      expect(await store.admit(admissionOf({ ...dear, maxCredits: 5000 }))).toMatchObject({
        kind: 'insufficientCredits',
      });
    });
  });

  describe('credits', () => {
    test('that do not suffice are reported, and nothing is stored', async () => {
      const { store } = await open();
      const { job, account } = await admit(store, { priceCredits: 900 });
      expect(await store.admit(admissionOf({ priceCredits: 101 }))).toMatchObject({
        kind: 'insufficientCredits',
        required: 101,
        available: 100,
        held: 900,
      });
      expect(await store.findAccount(job.accountId)).toEqual(account);
      expect(await store.admit(admissionOf({ priceCredits: 100 }))).toMatchObject({ kind: 'admitted' });
    });

    test('are never spent twice by calls at the same time', async () => {
      const { store } = await open();
      await store.arrive(ana, 1000, start);
      const all = await Promise.all(Array.from({ length: 40 }, () => store.admit(admissionOf())));
      expect(all.filter(({ kind }) => kind === 'admitted')).toHaveLength(14);
      expect(all.filter(({ kind }) => kind === 'insufficientCredits')).toHaveLength(26);
      expect(await store.arrive(ana, 0, start)).toMatchObject({ balance: 1000, held: 938, feed: 14 });
    });
  });
}
