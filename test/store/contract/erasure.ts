import { describe, expect, test } from 'vitest';
import { copyStored } from '../../../src/domain/copy.ts';
import { erase } from '../../../src/domain/erasure.ts';
import type { Job, LifeEvent } from '../../../src/domain/job.ts';
import { advance } from '../../../src/domain/life.ts';
import type { Store } from '../../../src/ports.ts';
import { facts, stored, waiting } from './copies.ts';
import {
  admit,
  anyJob,
  changeOf,
  circumstances,
  completed,
  failed,
  first,
  live,
  lives,
  newId,
  type OpenDatabase,
  start,
} from './world.ts';

const at = start + 60_000;

/** Deletes a job, which must be possible. */
export async function erased(store: Store, job: Job, now = at): Promise<Job> {
  const change = erase(job, now);
  if (change === null) throw new Error(`A ${job.state} job cannot be deleted`);
  expect(await store.commit(change, now)).toBe(true);
  return change.to;
}

const secret = 'Annas Sommerfest';

const input = { prompt: `A film of ${secret}`, aspectRatio: 'SQUARE_1_1', seed: 7, externalId: secret } as const;

const ends = ['completed', 'failed', 'canceled', 'unconfirmed', 'expired', 'late'] as const;

export function describeErasure(open: OpenDatabase): void {
  describe('a deleted job', () => {
    test.each(ends)('that is %s keeps its price, times, ledger and counts', async (life) => {
      const { store } = await open();
      const { job } = await admit(store, { input, idempotencyKey: 'k1' });
      const ended = await live(store, job, lives[life]);
      const before = { account: await store.findAccount(job.accountId), losses: await store.losses('TEST') };
      const ledger = await store.listLedger(job.accountId, first(10));
      const gone = await erased(store, ended);
      expect(await store.findJob(job.id)).toEqual(gone);
      expect(gone).toMatchObject({
        prompt: '',
        externalId: null,
        requestId: null,
        pollUrl: null,
        pollAt: null,
        state: ended.state,
        priceCredits: 67,
        createdAt: ended.createdAt,
        submittedAt: ended.submittedAt,
        finishedAt: ended.finishedAt,
        version: ended.version + 1,
        deletedAt: at,
      });
      const { feed } = before.account ?? { feed: 0 };
      expect(await store.findAccount(job.accountId)).toEqual({ ...before.account, feed: feed + 1 });
      expect(await store.listLedger(job.accountId, first(10))).toEqual(ledger);
      expect(await store.losses('TEST')).toEqual(before.losses);
      const { events } = await store.readFeed(job.accountId, feed, 10);
      expect(events).toMatchObject([{ jobId: job.id, version: gone.version, occurredAt: at }]);
      expect(events[0]?.message).toContain('Deleted');
      expect(await store.countJobs(job.accountId, anyJob)).toBe(1);
    });

    test('loses its stored video, whose files are then due to be removed', async () => {
      const { store } = await open();
      const job = await stored(store);
      const gone = await erased(store, job);
      expect(gone.copy).toMatchObject({ state: 'GONE', copyAt: at, sha256: null, byteSize: null });
      expect(await store.findJobByVideo(job.videoId)).toEqual(gone);
      expect(await store.claimRemovals(9, at, ({ copy }) => ({ ...copy, copyAt: at + 1 }))).toHaveLength(1);
    });

    test('takes no copy that was under way', async () => {
      const { store } = await open();
      const job = await waiting(store);
      const gone = await erased(store, job);
      expect(await store.commitCopy(job, copyStored(job, facts, at))).toBe(false);
      expect(await store.findJob(job.id)).toEqual(gone);
    });

    test('takes no response that comes late', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const expired = await live(store, job, lives.expired);
      const late = changeOf(expired, completed);
      const gone = await erased(store, expired);
      expect(await store.commit(late, at)).toBe(false);
      const events: readonly LifeEvent[] = [completed, { type: 'claimed' }, failed, { type: 'fault' }];
      expect(events.map((event) => advance(gone, event, circumstances(at)))).toEqual([null, null, null, null]);
    });

    test('is deleted once, also by two who do it at once', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const ended = await live(store, job, lives.failed);
      const changes = [erase(ended, at), erase(ended, at + 1)].filter((change) => change !== null);
      expect(await Promise.all(changes.map((change) => store.commit(change, at)))).toEqual([true, false]);
      expect(erase({ ...ended, deletedAt: at }, at)).toBeNull();
    });

    test('has forgotten what the provider said, also in its history', async () => {
      const { store } = await open();
      const { job } = await admit(store, { input });
      const running = await live(store, job, lives.queued);
      const words = { code: 'GENERATION_FAILED', message: `No film of ${secret}.`, httpStatus: 500 } as const;
      const change = changeOf(running, { type: 'failed', failure: words });
      const said = { ...change, to: { ...change.to, providerMessage: `No ${secret}` } };
      expect(await store.commit(said, start)).toBe(true);
      const gone = await erased(store, said.to);
      expect(gone.failure).toEqual({ ...words, message: 'The video could not be generated.' });
      const { items } = await store.listEvents(job.id, first(10));
      expect(items.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
      expect(JSON.stringify([items, await store.findJob(job.id)])).not.toContain(secret);
    });

    test('replays its idempotency key: nobody buys the video again', async () => {
      const { store } = await open();
      const { job } = await admit(store, { input, idempotencyKey: 'k1' });
      const gone = await erased(store, await live(store, job, lives.completed));
      expect(await admit(store, { input, idempotencyKey: 'k1' })).toMatchObject({ replayed: true, job: gone });
    });

    test('of a sandbox script leaves no duration to estimate from', async () => {
      const { store } = await open();
      const { job } = await admit(store, { input: { ...input, prompt: '@test/slow 600' } });
      const gone = await erased(store, await live(store, job, lives.completed));
      expect(gone.prompt).toBe('@test/');
      expect(await store.durations('TEST', 9)).toEqual([]);
    });

    test('is no longer listed among those whose time is over', async () => {
      const { store } = await open();
      const old = await stored(store, start);
      const { job } = await admit(store);
      const next = await live(store, job, lives.canceled, start + 5);
      await admit(store, { id: newId() });
      const kept = async () => (await store.listKept(at, 9)).map(({ id }) => id);
      expect(await kept()).toEqual([old.id, next.id]);
      expect(await store.listKept(start + 3, 9)).toHaveLength(1);
      expect(await store.listKept(at, 1)).toHaveLength(1);
      await erased(store, old);
      expect(await kept()).toEqual([next.id]);
      expect(await store.listStored(at, null, 9)).toEqual([]);
      await store.checkpoint();
    });
  });
}
