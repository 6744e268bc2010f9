import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import type { Job, JobEvent } from '../../../src/domain/job.ts';
import { type AccountKey, availableOf } from '../../../src/domain/ledger.ts';
import type { Store } from '../../../src/ports.ts';
import { type TestGateway, testSecret } from '../../world/gateway.ts';

/** The user of these tests: LIVE, because that costs money. */
export const ada = { owner: 'ada', environment: 'LIVE' } as const;

const signupCredits = 1_000_000;

const mostJobs = 1000;

/** Settings for a gateway in front of a test provider, without limits. */
export function settingsFor(provider: { readonly url: string }): Record<string, string> {
  return {
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    SEGMIND_BASE_URL: provider.url,
    SEGMIND_REQUESTS_PER_MINUTE: '1000000',
    AUTH_JWT_SECRET: testSecret,
    POLL_INTERVAL_MS: '100',
    SIGNUP_CREDITS: String(signupCredits),
    USER_JOBS_PER_MINUTE: '100000',
    USER_JOBS_IN_FLIGHT: '100000',
  };
}

/** Fulfils when a gateway's process has ended, in any way. */
export async function ended({ process: child }: TestGateway): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Runs an action on the database that a gateway has left behind. */
export async function withStore<Result>(folder: string, action: (store: Store) => Promise<Result>): Promise<Result> {
  const store = openSqliteStore({ file: join(folder, 'reelgate.db'), newId: () => 'unused', exclusive: true });
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

/** A job with its history. */
export type AuditedJob = { readonly job: Job; readonly events: readonly JobEvent[] };

/** All jobs of a user, oldest first. First checks that the ledger balances to the credit and the histories have no gap. */
export async function readAudited(store: Store, user: AccountKey = ada): Promise<readonly AuditedJob[]> {
  const account = await store.arrive(user, 0, Date.now());
  const all = { count: { from: 'start', limit: mostJobs }, after: null, before: null } as const;
  const { items: jobs, hasNext } = await store.listJobs(account.id, { status: null, externalId: null }, all);
  const { items: ledger } = await store.listLedger(account.id, all);
  const { events: feed } = await store.readFeed(account.id, 0, mostJobs * 10);
  expect(hasNext).toBe(false);

  const running = jobs.filter(({ finishedAt }) => finishedAt === null);
  const completed = jobs.filter(({ state }) => state === 'COMPLETED');
  expect(account.balance).toBe(sumOf(ledger.map(({ credits }) => credits)));
  expect(account.balance).toBe(signupCredits - sumOf(completed.map(({ priceCredits }) => priceCredits)));
  expect(account.held).toBe(sumOf(running.map(({ priceCredits }) => priceCredits)));
  expect(availableOf(account)).toBeGreaterThanOrEqual(0);
  const captures = ledger.filter(({ kind }) => kind === 'CAPTURE').map(({ jobId }) => jobId);
  expect(captures.toSorted()).toEqual(completed.map(({ id }) => id).toSorted());

  expect(feed.map((event) => event.feed)).toEqual(feed.map((_, index) => index + 1));
  return jobs.toReversed().map((job) => {
    const events = feed.filter(({ jobId }) => jobId === job.id);
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: job.version }, (_, index) => index + 1));
    return { job, events };
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
