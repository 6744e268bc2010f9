import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyClaimed, copyStored, withWaitingCopy } from '../../../src/domain/copy.ts';
import { erase } from '../../../src/domain/erasure.ts';
import { type Job, type JobEvent, statusOf } from '../../../src/domain/job.ts';
import { availableOf, type LedgerEntry } from '../../../src/domain/ledger.ts';
import { advance, dueEventOf } from '../../../src/domain/life.ts';
import type { Store } from '../../../src/ports.ts';
import { type Action, histories, lifeEvents } from './actions.ts';
import { facts } from './copies.ts';
import { expectUsage } from './usage.ts';
import { admissionOf, ana, anyJob, bob, circumstances, first, grantOf, type OpenDatabase, start } from './world.ts';

/** Runs an action at a time. Its decision sees the rows as they were when its batch began. */
async function act(store: Store, jobs: readonly Job[], action: Action, now: number): Promise<string | null> {
  switch (action.type) {
    case 'grant':
      await store.grant(
        grantOf({ account: action.user, credits: action.credits || 1, idempotencyKey: action.key, createdAt: now }),
      );
      return null;
    case 'admit': {
      const { price: priceCredits, user: account, key: idempotencyKey } = action;
      await store.arrive(account, 1000, now);
      const mine = jobs.filter(
        (job) =>
          job.owner === account.owner && job.environment === account.environment && /FAILED|CANCELED/.test(job.state),
      );
      const retryOf = action.retryOf === null ? null : (mine[action.retryOf]?.id ?? null);
      const admission = admissionOf({ account, idempotencyKey, priceCredits, retryOf, createdAt: now });
      const admitted = await store.admit(admission);
      return admitted.kind === 'admitted' ? admitted.job.id : null;
    }
    case 'event': {
      const job = jobs[action.job % Math.max(jobs.length, 1)];
      if (job === undefined) return null;
      const changes = lifeEvents
        .map((event) => advance(job, event, circumstances(now)))
        .filter((change) => change !== null);
      const change = changes[action.event % changes.length];
      if (change !== undefined) await store.commit(withWaitingCopy(change, now), now);
      return null;
    }
    case 'refund': {
      const job = jobs[action.job % Math.max(jobs.length, 1)];
      if (job === undefined) return null;
      await store.refund({ environment: job.environment, jobId: job.id, reason: 'Sorry', createdAt: now });
      return null;
    }
    case 'erase': {
      const job = jobs[action.job % Math.max(jobs.length, 1)];
      const change = job === undefined ? null : erase(job, now);
      if (change !== null) await store.commit(change, now);
      return null;
    }
    case 'copy': {
      for (const job of await store.claimCopies(action.most, now, copyClaimed))
        await store.commitCopy(job, copyStored(job, facts, now));
      return null;
    }
    case 'claim': {
      const { most, environment } = action;
      const order = { environment, submits: most, polls: most, endings: most };
      await store.claimDue(order, now, (job) => advance(job, dueEventOf(job, now), circumstances(now)));
      return null;
    }
  }
}

/** What must hold for an account after any history. */
export async function audit(store: Store, accountId: string): Promise<void> {
  const account = await store.findAccount(accountId);
  if (account === null) throw new Error(`No account ${accountId}`);
  const { items: jobs } = await store.listJobs(accountId, anyJob, first(5000));
  const { items: ledger } = await store.listLedger(accountId, first(5000));
  const { events: feed, head } = await store.readFeed(accountId, 0, 5000);
  const running = jobs.filter(({ finishedAt }) => finishedAt === null);

  expect(account.balance).toBe(sumOf(ledger.map(({ credits }) => credits)));
  expect(account.held).toBe(sumOf(running.map(({ priceCredits }) => priceCredits)));
  expect(availableOf(account)).toBeGreaterThanOrEqual(0);
  const captured = jobs.filter(({ state }) => state === 'COMPLETED').map((job) => [job.id, -job.priceCredits + 0]);
  expect(capturesOf(ledger)).toEqual(captured.toSorted());
  const refunded = ledger.filter(({ kind }) => kind === 'REFUND').map(({ jobId, credits }) => `${jobId} ${credits}`);
  expect(new Set(refunded).size).toBe(refunded.length);
  expect(capturesOf(ledger).map(([id, credits]) => `${id} ${-credits + 0}`)).toEqual(expect.arrayContaining(refunded));
  expect(ledger.map((entry) => entry.number)).toEqual(ledger.map((_, index) => ledger.length - index));
  expect(await store.countJobs(accountId, anyJob)).toBe(jobs.length);

  expect(feed.map((event) => event.feed)).toEqual(feed.map((_, index) => index + 1));
  expect([head, account.feed]).toEqual([feed.length, feed.length]);
  for (const job of jobs) expectHistory(job, feed);
}

function expectHistory(job: Job, feed: readonly JobEvent[]): void {
  const history = feed.filter(({ jobId }) => jobId === job.id);
  expect(history.map(({ version }) => version)).toEqual(Array.from({ length: job.version }, (_, index) => index + 1));
  expect(history.at(-1)?.status).toBe(statusOf(job.state));
  if (job.deletedAt !== null) expect([job.prompt, job.video?.url ?? '', job.copy.sha256]).toEqual(['', '', null]);
}

function capturesOf(ledger: readonly LedgerEntry[]): readonly (readonly [string | null, number])[] {
  return ledger
    .filter(({ kind }) => kind === 'CAPTURE')
    .map(({ jobId, credits }) => [jobId, credits] as const)
    .toSorted();
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

export function describeInvariants(open: OpenDatabase): void {
  test('after any history, deletions included, the books balance and the feeds have no gap', async () => {
    const { store } = await open();
    let epoch = 0;
    const everyone = new Set<string>();
    await fc.assert(
      fc.asyncProperty(histories, async (batches) => {
        // All histories share one database: each has its own users, and starts long after the previous one has ended.
        epoch += 1;
        const now = start + epoch * 10_000_000;
        const ids = new Set<string>();
        for (const [index, batch] of batches.entries()) {
          const jobs = await store.findJobs([...ids]);
          const at = now + index * 15_000;
          const own = batch.map((one) =>
            'user' in one ? { ...one, user: { ...one.user, owner: `${one.user.owner}-${epoch}` } } : one,
          );
          const made = await Promise.all(own.map((one) => act(store, jobs, one, at)));
          for (const id of made) if (id !== null) ids.add(id);
        }
        const accounts = new Set((await store.findJobs([...ids])).map(({ accountId }) => accountId));
        for (const accountId of accounts) await audit(store, accountId);
        const users = [ana, bob, { ...ana, environment: 'LIVE' as const }];
        const all = await Promise.all(
          users.map(({ owner, environment }) => store.arrive({ owner: `${owner}-${epoch}`, environment }, 0, now)),
        );
        for (const { id } of all) everyone.add(id);
      }),
      { numRuns: 40 },
    );
    const spanOf = (from: number, to: number) => ({ from: start + from * 10_000_000, to: start + to * 10_000_000 });
    // A claim of one history may end a job of an earlier one.
    for (const span of [spanOf(0, epoch + 1), spanOf(7, 8), spanOf(20, 23)]) await expectUsage(store, everyone, span);
  });
}
