import { describe, expect, test } from 'vitest';
import type { Environment, Job, LifeEvent } from '../../../src/domain/job.ts';
import type { LedgerEntry } from '../../../src/domain/ledger.ts';
import { addUsage, isUsed, type UsageRow } from '../../../src/domain/usage.ts';
import type { Span } from '../../../src/ports/money.ts';
import type { Store } from '../../../src/ports.ts';
import {
  accepted,
  admit,
  ana,
  anyJob,
  bob,
  changeOf,
  claimed,
  completed,
  failed,
  first,
  grantOf,
  live,
  lives,
  type OpenDatabase,
  start,
} from './world.ts';

const hour = 3_600_000;

/** Checks that the sums of a span, and of its halves together, are those of the entries and jobs of all accounts that have any in it. */
export async function expectUsage(store: Store, accountIds: Iterable<string>, span: Omit<Span, 'environment'>) {
  const expected: Record<Environment, Map<string, UsageRow>> = { LIVE: new Map(), TEST: new Map() };
  for (const id of accountIds) {
    const account = await store.findAccount(id);
    if (account === null) throw new Error(`No account ${id}`);
    const { items: jobs } = await store.listJobs(id, anyJob, first(5000));
    const { items: entries } = await store.listLedger(id, first(5000));
    addUsage(expected[account.environment], [usageOf(account.owner, jobs, entries, span)]);
  }
  for (const environment of ['LIVE', 'TEST'] as const) {
    const whole = { environment, ...span };
    const middle = Math.floor((span.from + span.to) / 2);
    const byUser = await store.usage(whole, 'USER');
    expect(sorted(byUser)).toEqual(sorted([...expected[environment].values()].filter(isUsed)));
    const halves = new Map<string, UsageRow>();
    addUsage(halves, await store.usage({ ...whole, to: middle }, 'USER'));
    addUsage(halves, await store.usage({ ...whole, from: middle }, 'USER'));
    expect(sorted([...halves.values()])).toEqual(sorted(byUser));
    const total = new Map<string, UsageRow>();
    addUsage(total, [{ key: '' }, ...byUser.map((row) => ({ ...row, key: '' }))]);
    expect(await store.usage(whole, 'DAY')).toEqual([...total.values()]);
    const byKey = new Map<string, UsageRow>();
    addUsage(byKey, [{ key: '' }, ...(await store.usage(whole, 'API_KEY')).map((row) => ({ ...row, key: '' }))]);
    expect([...byKey.values()]).toEqual([...total.values()]);
  }
}

function usageOf(key: string, jobs: readonly Job[], entries: readonly LedgerEntry[], span: Omit<Span, 'environment'>) {
  const isIn = (at: number | null) => at !== null && at >= span.from && at < span.to;
  const own = entries.filter(({ createdAt }) => isIn(createdAt));
  const sum = (kind: string) =>
    own.filter((entry) => entry.kind === kind).reduce((all, { credits }) => all + credits, 0);
  return {
    key,
    jobs: jobs.filter(({ createdAt }) => isIn(createdAt)).length,
    completed: own.filter(({ kind }) => kind === 'CAPTURE').length,
    failed: jobs.filter(({ state, finishedAt }) => state === 'FAILED' && isIn(finishedAt)).length,
    capturedCredits: 0 - sum('CAPTURE'),
    refundedCredits: sum('REFUND'),
    grantedCredits: sum('GRANT'),
  };
}

function sorted(rows: readonly UsageRow[]): readonly UsageRow[] {
  return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

const day = { environment: 'TEST', from: start, to: start + 24 * hour } as const;

export function describeUsage(open: OpenDatabase): void {
  describe('usage', () => {
    test('adds up what was booked and what became of jobs, from the first instant of a span to before its end', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await live(store, job, lives.completed);
      await store.refund({ environment: 'TEST', jobId: job.id, reason: 'Sorry', createdAt: start + hour });
      await live(store, (await admit(store)).job, lives.failed);
      await admit(store, { account: bob, createdAt: start + 24 * hour - 1 });
      await store.grant(grantOf({ account: bob, credits: -100, createdAt: start + 24 * hour }));
      await admit(store, { account: { ...ana, environment: 'LIVE' } });
      const none = { completed: 0, failed: 0, capturedCredits: 0, refundedCredits: 0 };
      expect(sorted(await store.usage(day, 'USER'))).toEqual([
        {
          key: 'ana',
          jobs: 2,
          completed: 1,
          failed: 1,
          capturedCredits: 67,
          refundedCredits: 67,
          grantedCredits: 1000,
        },
        { key: 'bob', jobs: 1, ...none, grantedCredits: 1000 },
      ]);
      const next = { ...day, from: day.to, to: day.to + 1 };
      expect(await store.usage(next, 'USER')).toEqual([{ key: 'bob', jobs: 0, ...none, grantedCredits: -100 }]);
      expect(await store.usage({ ...day, from: 0, to: 1 }, 'DAY')).toEqual([
        { key: '', jobs: 0, ...none, grantedCredits: 0 },
      ]);
      expect(await store.usage({ ...day, from: 0, to: 1 }, 'USER')).toEqual([]);
      const accounts = [await store.arrive(ana, 0, 0), await store.arrive(bob, 0, 0)];
      const inLive = await store.arrive({ ...ana, environment: 'LIVE' }, 0, 0);
      await expectUsage(
        store,
        [...accounts, inLive].map(({ id }) => id),
        { from: start, to: start + 48 * hour },
      );
    });

    test('names the API key of each job; what has no job or no key is under an empty name', async () => {
      const { store } = await open();
      const [one, other] = ['01900000-0000-7000-8000-00000000aaaa', '01900000-0000-7000-8000-00000000bbbb'];
      const { job } = await admit(store, { apiKeyId: one });
      await live(store, job, lives.completed);
      await store.refund({ environment: 'TEST', jobId: job.id, reason: 'Sorry', createdAt: start + hour });
      await live(store, (await admit(store, { apiKeyId: one })).job, lives.failed);
      await live(store, (await admit(store, { apiKeyId: other })).job, lives.completed);
      await admit(store);
      const none = { completed: 0, failed: 0, capturedCredits: 0, refundedCredits: 0, grantedCredits: 0 };
      expect(sorted(await store.usage(day, 'API_KEY'))).toEqual([
        { ...none, key: '', jobs: 1, grantedCredits: 1000 },
        { ...none, key: one, jobs: 2, completed: 1, failed: 1, capturedCredits: 67, refundedCredits: 67 },
        { ...none, key: other, jobs: 1, completed: 1, capturedCredits: 67 },
      ]);
    });

    test('has the provider’s cost beside what was captured for the jobs that have one', async () => {
      const { store } = await open();
      const withCost = async (providerCost: number, end: LifeEvent) => {
        const running = await live(store, (await admit(store)).job, [claimed, accepted]);
        const { to, ...change } = changeOf(running, end, start + 3000);
        expect(await store.commit({ ...change, to: { ...to, providerCost } }, start + 3000)).toBe(true);
      };
      await withCost(0.5, completed);
      await withCost(0.25, failed);
      const { job } = await admit(store);
      await live(store, job, lives.completed);
      await store.refund({ environment: 'TEST', jobId: job.id, reason: 'Sorry', createdAt: start + hour });
      await live(store, (await admit(store)).job, lives.unconfirmed);
      await live(store, (await admit(store, { createdAt: day.to })).job, lives.unconfirmed, day.to);
      await admit(store);
      expect(await store.spend(day)).toEqual({
        acceptedJobs: 3,
        jobsWithoutCost: 1,
        providerCost: 0.75,
        comparedCredits: 67,
        capturedCredits: 134,
        refundedCredits: 67,
        unconfirmedJobs: 1,
      });
      const nothing = { acceptedJobs: 0, jobsWithoutCost: 0, providerCost: 0, comparedCredits: 0 };
      const inLive = { ...day, environment: 'LIVE' } as const;
      const none = { ...nothing, capturedCredits: 0, refundedCredits: 0, unconfirmedJobs: 0 };
      expect(await store.spend(inLive)).toEqual(none);
    });
  });
}
