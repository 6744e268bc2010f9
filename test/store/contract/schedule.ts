import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import type { Job } from '../../../src/domain/job.ts';
import { advance, dueEventOf } from '../../../src/domain/life.ts';
import type { ClaimOrder, Store } from '../../../src/ports.ts';
import { accepted, admit, ana, circumstances, claimed, live, lives, type OpenDatabase, pace, start } from './world.ts';

const plenty: ClaimOrder = { environment: 'TEST', submits: 50, polls: 50, endings: 50 };

/** A poller's decisions at a given time. */
const decideAt =
  (now: number) =>
  (job: Job): Change | null =>
    advance(job, dueEventOf(job, now), circumstances(now));

const claim = (store: Store, now: number, order: Partial<ClaimOrder> = {}) =>
  store.claimDue({ ...plenty, ...order }, now, decideAt(now));

const idsOf = (changes: readonly Change[]) => changes.map(({ to }) => to.id);

const ownersOf = (changes: readonly Change[]) => changes.map(({ to }) => to.owner);

export function describeSchedule(open: OpenDatabase): void {
  describe('claimDue', () => {
    test('moves due jobs on and returns the rows that it wrote', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const [change, ...others] = await claim(store, start);
      expect(others).toEqual([]);
      expect(change).toMatchObject({ from: job, moved: true, to: { state: 'SUBMITTING', version: 2 } });
      expect(await store.findJob(job.id)).toEqual(change?.to);
      expect((await store.readFeed(job.accountId, 0, 10)).head).toBe(2);
    });

    test('takes the oldest of each kind, and no more than requested', async () => {
      const { store } = await open();
      const waiting: Job[] = [];
      for (const at of [3, 1, 2]) waiting.push((await admit(store, { createdAt: start + at })).job);
      const running: Job[] = [];
      for (const at of [30_000, 10_000, 20_000]) {
        const { job } = await admit(store);
        running.push(await live(store, job, lives.queued, start + at));
      }
      const changes = await claim(store, start + 60_000, { submits: 2, polls: 2, endings: 2 });
      const [stored, second] = waiting;
      const [, early, later] = running;
      expect(idsOf(changes)).toEqual([stored?.id, second?.id, early?.id, later?.id]);
      expect(await claim(store, start + 60_000, { submits: 0, polls: 0, endings: 0 })).toEqual([]);
    });

    test('leaves out jobs that are not due, and jobs of another environment', async () => {
      const { store } = await open();
      await admit(store, { createdAt: start + 1 });
      await admit(store, { account: { ...ana, environment: 'LIVE' } });
      expect(await claim(store, start)).toEqual([]);
    });

    test('gives a row to only one of two callers at the same time', async () => {
      const { store } = await open();
      for (let i = 0; i < 6; i += 1) await admit(store);
      const claims = await Promise.all([claim(store, start, { submits: 4 }), claim(store, start, { submits: 4 })]);
      expect(claims.map(({ length }) => length)).toEqual([4, 2]);
      expect(new Set(claims.flatMap(idsOf)).size).toBe(6);
    });

    test('leases a poll: the row is due again after the lease, and not before', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const queued = await live(store, job, lives.queued);
      const dueAt = queued.pollAt ?? 0;
      expect(await claim(store, dueAt)).toMatchObject([{ moved: false, to: { version: 3, pollAt: dueAt + 10_000 } }]);
      expect(await claim(store, dueAt + 9999)).toEqual([]);
      expect(await claim(store, dueAt + 10_000)).toHaveLength(1);
    });

    test('ends what needs no request: lost submits and passed deadlines', async () => {
      const { store } = await open();
      const { job: lost } = await admit(store);
      await live(store, lost, [claimed], start);
      const { job: stuck } = await admit(store, { deadlineAt: start + 20_000 });
      const now = start + 20_000;
      expect(await claim(store, now - 1, { polls: 0, submits: 0 })).toEqual([]);
      const ended = await claim(store, now, { polls: 0, submits: 0 });
      expect(ended.map(({ to }) => [to.id, to.failure?.code])).toEqual([
        [lost.id, 'SUBMISSION_UNCONFIRMED'],
        [stuck.id, 'DEADLINE_EXCEEDED'],
      ]);
      expect(await store.findAccount(lost.accountId)).toMatchObject({ balance: 1000, held: 0 });
    });

    test('does not send what meets its deadline, and polls what the provider has once more', async () => {
      const { store } = await open();
      await admit(store, { deadlineAt: start + 10 });
      const { job } = await admit(store);
      await live(store, job, lives.queued);
      const now = start + 2000 + pace.deadlineMs;
      expect(await claim(store, now, { endings: 0 })).toMatchObject([
        { moved: false, to: { id: job.id, state: 'QUEUED', pollAt: now + 10_000 } },
      ]);
    });

    test('takes turns between users: one job of each, those first that were served longest ago', async () => {
      const { store } = await open();
      const wish = (owner: string) =>
        admit(store, { account: { ...ana, owner }, priceCredits: 1, limits: { perMinute: 100, inFlight: 100 } });
      const owners = async (submits: number, now: number) => ownersOf(await claim(store, now, { submits }));
      for (let i = 0; i < 50; i += 1) await wish('ana');
      await wish('bob');
      expect((await owners(2, start)).toSorted()).toEqual(['ana', 'bob']);
      for (const owner of ['ana', 'bob', 'cem']) await wish(owner);
      await wish('cem');
      expect(await owners(1, start + 1)).toEqual(['cem']);
      expect((await owners(2, start + 2)).toSorted()).toEqual(['ana', 'bob']);
      expect((await owners(5, start + 3)).toSorted()).toEqual(['ana', 'ana', 'ana', 'ana', 'cem']);
      expect(await owners(100, start + 4)).toHaveLength(45);
    });

    test('gives what one user does not need to those who have more, each user’s oldest jobs first', async () => {
      const { store } = await open();
      const stored: Job[] = [];
      for (const [owner, count] of Object.entries({ ana: 40, bob: 7, cem: 1 })) {
        const wish = { account: { ...ana, owner }, priceCredits: 1, limits: { perMinute: 100, inFlight: 100 } };
        for (let i = 0; i < count; i += 1) stored.push((await admit(store, wish)).job);
      }
      const oldest = (owner: string, count: number) =>
        stored
          .filter((job) => job.owner === owner)
          .slice(0, count)
          .map(({ id }) => id);
      const taken = idsOf(await claim(store, start, { submits: 20 }));
      expect(taken.toSorted()).toEqual([...oldest('ana', 12), ...oldest('bob', 7), ...oldest('cem', 1)].toSorted());
      expect(idsOf(await claim(store, start + 1, { submits: 100 }))).toHaveLength(28);
    });

    test('takes turns in the same order, whether few jobs are due or many more than may be sent', async () => {
      const { store } = await open();
      const owners = async (submits: number, now: number) => ownersOf(await claim(store, now, { submits }));
      const request = async (owner: string, count: number) => {
        for (let i = 0; i < count; i += 1) await admit(store, { account: { ...ana, owner }, priceCredits: 1 });
      };
      for (const [place, owner] of ['cem', 'ana', 'bob'].entries()) {
        await request(owner, 1);
        expect(await owners(1, start + place)).toEqual([owner]);
      }
      for (const [owner, count] of Object.entries({ ana: 3, bob: 2, cem: 1 })) await request(owner, count);
      expect(await owners(5, start + 3)).toEqual(['cem', 'ana', 'bob', 'ana', 'bob']);
      for (const owner of ['bob', 'cem']) await request(owner, 20);
      expect((await owners(3, start + 4)).toSorted()).toEqual(['ana', 'bob', 'cem']);
    });

    test('polls for the late video of a job whose deadline has passed', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const expired = await live(store, job, lives.expired);
      const dueAt = expired.pollAt ?? 0;
      expect(await claim(store, dueAt - 1)).toEqual([]);
      expect(await claim(store, dueAt)).toMatchObject([{ moved: false, to: { state: 'FAILED' } }]);
    });

    test('postpones a row without a decision, and loses none', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      expect(await store.claimDue(plenty, start, () => null)).toEqual([]);
      expect(await store.due('TEST', start, 10)).toMatchObject({ submits: 0, nextAt: start + 60_000 });
      expect(await store.findJob(job.id)).toMatchObject({ state: 'PENDING', version: 1 });
      expect(await claim(store, start + 60_000)).toHaveLength(1);
    });

    test('writes nothing if the decision throws', async () => {
      const { store } = await open();
      const jobs = [(await admit(store)).job, (await admit(store)).job];
      const decide = (job: Job) => {
        if (job.id === jobs[1]?.id) throw new Error('A bug');
        return decideAt(start)(job);
      };
      await expect(store.claimDue(plenty, start, decide)).rejects.toThrow('A bug');
      expect(await store.findJobs(jobs.map(({ id }) => id))).toEqual(jobs);
    });
  });

  describe('due', () => {
    const nothing = { submits: 0, polls: 0, endings: 0, pollsSince: null, nextAt: null };

    test('returns since when the poll of a running job has waited, and leaves out polls for late videos', async () => {
      const { store } = await open();
      const { job: given_ } = await admit(store);
      const late = await live(store, given_, lives.expired);
      const now = (late.pollAt ?? 0) + 1000;
      expect(await store.due('TEST', now, 10)).toMatchObject({ polls: 1, pollsSince: null });
      const { job } = await admit(store);
      const running = await live(store, job, lives.queued, now - 20_000);
      expect(await store.due('TEST', now, 10)).toMatchObject({ polls: 2, pollsSince: running.pollAt });
    });

    test('counts each kind up to a limit, and returns when the next row is due', async () => {
      const { store } = await open();
      expect(await store.due('TEST', start, 10)).toEqual(nothing);
      for (let i = 0; i < 3; i += 1) await admit(store);
      await admit(store, { createdAt: start + 500 });
      const { job: sent } = await admit(store);
      await live(store, sent, [claimed]);
      const { job: polled } = await admit(store);
      await live(store, polled, [claimed, accepted]);
      expect(await store.due('TEST', start, 10)).toEqual({ ...nothing, submits: 3, nextAt: start + 500 });
      const pollsSince = (await store.findJob(polled.id))?.pollAt;
      expect(await store.due('TEST', start + 20_000, 10)).toEqual({
        ...nothing,
        submits: 4,
        polls: 1,
        endings: 1,
        pollsSince,
      });
      expect(await store.due('TEST', start + 20_000, 2)).toMatchObject({ submits: 2, polls: 1, endings: 1 });
      const over = start + 2000 + pace.deadlineMs;
      expect(await store.due('TEST', over, 10)).toEqual({ ...nothing, polls: 1, endings: 5, pollsSince });
      expect(await store.due('TEST', over, 3)).toMatchObject({ endings: 3 });
      expect(await store.due('LIVE', over, 10)).toEqual(nothing);
    });
  });
}
