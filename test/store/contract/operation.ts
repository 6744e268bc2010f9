import { expect, test } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import {
  accepted,
  admit,
  ana,
  claimed,
  completed,
  deadline,
  live,
  lives,
  type OpenDatabase,
  processing,
  start,
  unconfirmed,
} from './world.ts';

export function describeOperation(open: OpenDatabase): void {
  test('durations come from the newest completed jobs of an environment, in seconds', async () => {
    const { store } = await open();
    expect(await store.durations('TEST', 10)).toEqual([]);
    const live_ = { ...ana, environment: 'LIVE' } as const;
    for (const [index, account] of [ana, ana, live_, ana].entries()) {
      const { job } = await admit(store, { account });
      const queued = await live(store, job, [claimed, accepted], start + index * 60_000);
      await live(store, queued, [completed], (queued.submittedAt ?? 0) + 1500 * (index + 1));
    }
    const { job } = await admit(store);
    await live(store, job, lives.failed);
    const input = { prompt: '@test/ok:3s', aspectRatio: 'SQUARE_1_1', seed: 7, externalId: null } as const;
    const { job: scripted } = await admit(store, { input });
    await live(store, scripted, lives.completed, start + 600_000);
    expect(await store.durations('TEST', 10)).toEqual([6, 3, 1.5]);
    expect(await store.durations('TEST', 2)).toEqual([6, 3]);
    expect(await store.durations('LIVE', 2)).toEqual([4.5]);
  });

  test('losses count and list unconfirmed submits, late videos and jobs without a result of an environment', async () => {
    const { store } = await open();
    const ended: Job[] = [];
    for (const life of ['unconfirmed', 'unconfirmed', 'late', 'expired', 'failed', 'completed'] as const) {
      const { job } = await admit(store);
      ended.push(await live(store, job, lives[life]));
    }
    expect(await store.losses('TEST')).toEqual({ unconfirmed: 2, lateVideos: 1, withoutResult: 1, lostVideos: 0 });
    expect(await store.losses('LIVE')).toEqual({ unconfirmed: 0, lateVideos: 0, withoutResult: 0, lostVideos: 0 });
    expect(await store.listLosses('TEST', 10)).toEqual(ended.slice(0, 4).toReversed());
    expect(await store.listLosses('TEST', 2)).toEqual(ended.slice(2, 4).toReversed());
    expect(await store.listLosses('LIVE', 10)).toEqual([]);
  });

  test('a job that was accepted and delivered after it had been given up as unconfirmed is listed once', async () => {
    const { store } = await open();
    const { job } = await admit(store);
    const late = await live(store, job, [claimed, unconfirmed, accepted, completed]);
    expect(await store.losses('TEST')).toEqual({ unconfirmed: 1, lateVideos: 1, withoutResult: 0, lostVideos: 0 });
    expect(await store.listLosses('TEST', 10)).toEqual([late]);
  });

  test('troubled jobs are running ones whose last request failed, the next to be retried first', async () => {
    const { store } = await open();
    const fault = { type: 'fault' } as const;
    const notSent = { type: 'notSent' } as const;
    const histories = [
      [claimed, accepted, fault],
      [claimed, notSent],
      [claimed, accepted, fault, processing],
      lives.queued,
      [claimed, accepted, fault, fault, processing, fault],
      [claimed, accepted, fault, deadline],
    ];
    const jobs: Job[] = [];
    for (const events of histories) {
      const { job } = await admit(store);
      jobs.push(await live(store, job, events));
    }
    const troubled = [0, 1, 4].flatMap((index) => jobs[index] ?? []);
    const byNext = troubled.toSorted((a, b) => (a.pollAt ?? 0) - (b.pollAt ?? 0));
    expect(byNext.map(({ faults }) => faults)).toContain(1);
    expect(await store.listTroubled('TEST', 10)).toEqual(byNext);
    expect(await store.listTroubled('TEST', 2)).toEqual(byNext.slice(0, 2));
    expect(await store.listTroubled('LIVE', 10)).toEqual([]);
  });

  test('jobs that have not ended are counted by state and environment, and those polled for a late video are not', async () => {
    const { store } = await open();
    const none = { PENDING: 0, SUBMITTING: 0, QUEUED: 0, PROCESSING: 0 };
    expect(await store.countRunning('TEST')).toEqual(none);
    const histories = [[], [], [claimed], lives.queued, [claimed, accepted, processing], [claimed, accepted, deadline]];
    for (const events of histories) await live(store, (await admit(store)).job, events);
    expect(await store.countRunning('TEST')).toEqual({ PENDING: 2, SUBMITTING: 1, QUEUED: 1, PROCESSING: 1 });
    expect(await store.countRunning('LIVE')).toEqual(none);
  });

  test('the secret is 32 bytes, and the same on every call', async () => {
    const { store } = await open();
    const secret = await store.secret();
    expect(secret).toHaveLength(32);
    expect(new Set(secret).size).toBeGreaterThan(8);
    expect(Buffer.from(await store.secret()).equals(secret)).toBe(true);
    const { store: other } = await open();
    expect(Buffer.from(await other.secret()).equals(secret)).toBe(false);
  });

  test('a ping succeeds while the database can be written to', async () => {
    const { store } = await open();
    await store.ping();
    await store.ping();
  });

  test('a closed store rejects', async () => {
    const { store } = await open();
    await store.close();
    await expect(store.ping()).rejects.toThrow();
    await expect(store.findJob('x')).rejects.toThrow();
    await expect(store.arrive(ana, 0, start)).rejects.toThrow();
  });
}
