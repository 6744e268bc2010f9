import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { erase } from '../../../src/domain/erasure.ts';
import type { Job } from '../../../src/domain/job.ts';
import {
  accepted,
  admit,
  canceled,
  changeOf,
  claimed,
  completed,
  deadline,
  failed,
  first,
  live,
  lives,
  type OpenDatabase,
  processing,
  start,
  unconfirmed,
  video,
} from './world.ts';

export function describeCommit(open: OpenDatabase): void {
  describe('commit', () => {
    test.each(Object.entries(lives))('stores a job that is %s as it was decided', async (_, events) => {
      const { store } = await open();
      const { job } = await admit(store);
      const end = await live(store, job, events);
      expect(await store.findJob(job.id)).toEqual(end);
    });

    test('writes an event for every change of state, numbered in the feed', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const { job: other } = await admit(store);
      const queued = await live(store, job, lives.queued, start + 1000);
      await live(store, other, [canceled], start + 3000);
      await live(store, queued, [{ type: 'fault' }, processing, completed], start + 4000);
      const { events, head } = await store.readFeed(job.accountId, 2, 100);
      expect(events.map((event) => [event.feed, event.version, event.status, event.occurredAt - start])).toEqual([
        [3, 2, 'PENDING', 1000],
        [4, 3, 'QUEUED', 2000],
        [5, 2, 'CANCELED', 3000],
        [6, 4, 'PROCESSING', 5000],
        [7, 5, 'COMPLETED', 6000],
      ]);
      expect(head).toBe(7);
    });

    test('captures the price of a completed job, once', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await live(store, job, lives.completed);
      expect(await store.findAccount(job.accountId)).toMatchObject({ balance: 933, held: 0 });
      const { items } = await store.listLedger(job.accountId, first(1));
      expect(items).toMatchObject([
        { number: 2, kind: 'CAPTURE', credits: -67, balanceAfter: 933, jobId: job.id, createdAt: start + 2000 },
      ]);
    });

    test('captures a price of nothing, so that every completed job has its entry', async () => {
      const { store } = await open();
      const { job } = await admit(store, { priceCredits: 0 });
      await live(store, job, lives.completed);
      const { items } = await store.listLedger(job.accountId, first(1));
      expect(items).toMatchObject([{ kind: 'CAPTURE', jobId: job.id, balanceAfter: 1000 }]);
      expect(items[0]?.credits).toBe(0);
    });

    test.each(['failed', 'canceled', 'unconfirmed', 'expired', 'late'] as const)(
      'releases the price of a job that is %s, with no entry',
      async (life) => {
        const { store } = await open();
        const { job } = await admit(store);
        await live(store, job, lives[life]);
        expect(await store.findAccount(job.accountId)).toMatchObject({ balance: 1000, held: 0 });
        expect((await store.listLedger(job.accountId, first(10))).items).toHaveLength(1);
      },
    );

    test('lets only one of two decisions on the same row win', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const committed = await Promise.all(
        [claimed, canceled].map((event) => store.commit(changeOf(job, event), start)),
      );
      expect(committed).toEqual([true, false]);
      expect(await store.findJob(job.id)).toMatchObject({ state: 'SUBMITTING', version: 2 });
      expect((await store.listEvents(job.id, first(10))).items).toHaveLength(2);
    });

    test('ends a job once, however many pollers have seen its end', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const running = await live(store, job, lives.processing);
      const ends = [completed, failed, deadline, completed].map((event) => changeOf(running, event));
      expect(await Promise.all(ends.map((change) => store.commit(change, start)))).toEqual([true, false, false, false]);
      expect(await store.findAccount(job.accountId)).toMatchObject({ balance: 933, held: 0 });
    });

    test('does not let a change within the state overwrite a change of state', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const queued = await live(store, job, lives.queued);
      const polledAt = changeOf(queued, { type: 'fault' });
      const ended = await live(store, queued, [completed]);
      expect(await store.commit(polledAt, start)).toBe(false);
      expect(await store.findJob(job.id)).toEqual(ended);
    });

    test('changes nothing if the job does not exist', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const change = changeOf({ ...job, id: 'none' }, claimed);
      expect(await store.commit(change, start)).toBe(false);
    });
  });

  describe('what is committed late', () => {
    const expired = async (): Promise<{ store: Awaited<ReturnType<OpenDatabase>>['store']; job: Job }> => {
      const { store } = await open();
      const { job } = await admit(store);
      return { store, job: await live(store, job, lives.expired) };
    };

    test('a video is kept when an older poll returns without one', async () => {
      const { store, job } = await expired();
      const stale = changeOf(job, { type: 'fault' });
      const found = await live(store, job, [completed]);
      expect(await store.commit(stale, start)).toBe(false);
      expect(await store.findJob(job.id)).toEqual({ ...found, lateVideo: video, pollAt: null });
    });

    test('of two videos that come at once one is kept', async () => {
      const { store, job } = await expired();
      const other = { type: 'completed', video: { ...video, url: 'https://images.example/b.mp4' } } as const;
      const changes = [completed, other].map((event) => changeOf(job, event));
      expect(await Promise.all(changes.map((change) => store.commit(change, start)))).toEqual([true, false]);
      expect(await store.findJob(job.id)).toMatchObject({ lateVideo: video, version: job.version + 1 });
    });

    test('a late video is news: the job stays FAILED, and its account’s feed tells of it', async () => {
      const { store, job } = await expired();
      const before = (await store.findAccount(job.accountId))?.feed ?? 0;
      await live(store, job, [completed], start + 9000);
      const { events } = await store.readFeed(job.accountId, before, 10);
      expect(events).toMatchObject([{ version: job.version + 1, status: 'FAILED', occurredAt: start + 9000 }]);
      expect(events[0]?.message).toContain('arrived after');
      expect(await store.findAccount(job.accountId)).toMatchObject({ balance: 1000, held: 0 });
    });

    test('what the provider says beside its events is kept, with changes of state, polls and late videos', async () => {
      const { store, job } = await expired();
      const said = {
        seedUsed: -7,
        providerCost: 0.67,
        providerMessage: 'Not now',
        providerHttpStatus: 503,
        outputMissingSince: start + 1,
        unknownVideo: true,
      };
      const { job: other } = await admit(store, { maxCredits: 70 });
      const running = await live(store, other, lives.queued);
      const polled = changeOf(running, { type: 'fault' });
      expect(await store.commit({ ...polled, to: { ...polled.to, ...said } }, start)).toBe(true);
      expect(await store.findJob(other.id)).toEqual({ ...polled.to, ...said, maxCredits: 70 });
      const ended = changeOf({ ...polled.to, ...said }, completed);
      expect(await store.commit({ ...ended, to: { ...ended.to, seedUsed: 8, unknownVideo: false } }, start)).toBe(true);
      expect(await store.findJob(other.id)).toMatchObject({ ...said, seedUsed: 8, unknownVideo: false });
      const late = changeOf(job, completed);
      expect(await store.commit({ ...late, to: { ...late.to, ...said } }, start)).toBe(true);
      expect(await store.findJob(job.id)).toMatchObject({ ...said, lateVideo: video });
    });

    test('failed polls are counted with each poll, and stay with changes of state, late videos and deletions', async () => {
      const { store, job } = await expired();
      const counted = (change: Change, failedPolls: number): Change => ({
        ...change,
        to: { ...change.to, failedPolls },
      });
      const { job: other } = await admit(store);
      expect((await store.findJob(other.id))?.failedPolls).toBe(0);
      const polled = counted(changeOf(await live(store, other, lives.queued), { type: 'fault' }), 1);
      expect(await store.commit(polled, start)).toBe(true);
      expect(await store.findJob(other.id)).toEqual(polled.to);
      const ended = counted(changeOf(polled.to, completed), 2);
      expect(await store.commit(ended, start)).toBe(true);
      const erased = erase(ended.to, start);
      expect(erased !== null && (await store.commit(erased, start))).toBe(true);
      expect(await store.findJob(other.id)).toMatchObject({ failedPolls: 2, deletedAt: start });
      expect(await store.commit(counted(changeOf(job, completed), 3), start)).toBe(true);
      expect(await store.findJob(job.id)).toMatchObject({ failedPolls: 3, lateVideo: video });
    });

    test('the provider’s acceptance of an abandoned job is kept once, and the job is polled again', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const given = await live(store, job, [claimed, unconfirmed]);
      const other = { ...accepted, requestId: 'r2', pollUrl: 'https://provider.example/r2' };
      const changes = [accepted, other].map((event) => changeOf(given, event, start + 5000));
      expect(await Promise.all(changes.map((change) => store.commit(change, start)))).toEqual([true, false]);
      expect(await store.findJob(job.id)).toMatchObject({
        state: 'FAILED',
        version: 3,
        requestId: 'r1',
        submittedAt: start + 5000,
        pollAt: start + 65_000,
      });
      expect(await store.findAccount(job.accountId)).toMatchObject({ balance: 1000, held: 0, feed: 3 });
    });
  });
}
