import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import { advance, dueEventOf } from '../../src/domain/life.ts';
import { projectRoot } from '../../src/lib/package.ts';
import type { Store } from '../../src/ports.ts';
import { audit } from './contract/invariants.ts';
import { admit, ana, anyJob, bob, circumstances, first, live, pace, processing, start } from './contract/world.ts';

/** The statements that create, on one engine, a database as version 0.1.0 left it: a job in every state, keys and a ledger. */
export function readFixture(engine: 'sqlite' | 'postgres'): string {
  return readFileSync(join(projectRoot(), 'test', 'store', 'fixture', `${engine}-0.1.0.sql`), 'utf8');
}

const statesBefore = {
  CANCELED: 1,
  COMPLETED: 1,
  FAILED: 4,
  PENDING: 1,
  PROCESSING: 1,
  QUEUED: 2,
  SUBMITTING: 1,
};

/** Checks that a store on this database returns everything in it, and continues its jobs. `last` is the state of ana's last job. */
export async function expectCarriedOn(store: Store, last: 'PENDING' | 'SUBMITTING'): Promise<void> {
  const account = await store.arrive(ana, 0, start);
  const jobs = (await store.listJobs(account.id, anyJob, first(100))).items;
  const before = { ...statesBefore, [last]: statesBefore[last] + 1 };
  expect(countsOf(jobs)).toEqual(before);
  expect(await store.countJobs((await store.arrive(bob, 0, start)).id, anyJob)).toBe(1);
  expect(account).toMatchObject({ balance: 1033, held: 67 * 6 });
  const { items: ledger } = await store.listLedger(account.id, first(10));
  expect(ledger.map(({ kind, credits, balanceAfter }) => [kind, credits, balanceAfter])).toEqual([
    ['CAPTURE', -67, 1033],
    ['GRANT', 100, 1100],
    ['GRANT', 1000, 1000],
  ]);
  const { items: keys } = await store.listApiKeys('TEST', null, first(10));
  expect(keys.map(({ owner, lastUsedAt, revokedAt }) => [owner, lastUsedAt, revokedAt])).toEqual([
    ['bob', start + 3, start + 5],
    ['ana', null, null],
  ]);
  const { events, head } = await store.readFeed(account.id, 0, 1000);
  expect(events.map(({ feed }) => feed)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
  expect(head).toBe(account.feed);
  expect(await admit(store, { idempotencyKey: 'k1' })).toMatchObject({ replayed: true });
  await goOn(store, account.id, head);
  await audit(store, account.id);
}

/** A new job gets the next numbers, and each running job gets its due event. */
async function goOn(store: Store, accountId: string, head: number): Promise<void> {
  const { job } = await admit(store);
  expect((await store.readFeed(accountId, head, 10)).events).toMatchObject([{ jobId: job.id, feed: head + 1 }]);
  const decide = (each: Job, now: number) => advance(each, dueEventOf(each, now), circumstances(now));
  const now = start + 60_000;
  await store.recover(now, pace.intervalMs, decide);
  const all = { environment: 'TEST', submits: 50, polls: 50, endings: 50 } as const;
  const claims = await store.claimDue(all, now + pace.intervalMs, decide);
  const running = claims.filter(({ to }) => to.state === 'QUEUED' || to.state === 'PROCESSING');
  expect(running).toHaveLength(3);
  for (const { to } of running) {
    if (to.state === 'QUEUED') await live(store, to, [processing], now + 10_000);
  }
  const jobs = (await store.listJobs(accountId, anyJob, first(100))).items;
  expect(countsOf(jobs)).toMatchObject({ PROCESSING: 3 });
}

function countsOf(jobs: readonly Job[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of jobs) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
