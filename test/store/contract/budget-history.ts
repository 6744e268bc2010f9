import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BudgetKey, type CreditBudget, periodStartOf } from '../../../src/domain/budget.ts';
import type { Job, LifeEvent } from '../../../src/domain/job.ts';
import { chargeStateOf } from '../../../src/domain/ledger.ts';
import { advance } from '../../../src/domain/life.ts';
import type { Store } from '../../../src/ports.ts';
import {
  accepted,
  admissionOf,
  ana,
  anyJob,
  bob,
  canceled,
  circumstances,
  claimed,
  completed,
  failed,
  first,
  type OpenDatabase,
  start,
} from './world.ts';

/** Sets a budget, or removes it. */
export const set = (store: Store, key: BudgetKey, limitCredits: number | null, at = start) =>
  store.setBudget({ key, limitCredits, fallbackCredits: null, at });

export function describeBudgetHistory(open: OpenDatabase): void {
  describe('budgets', () => {
    test('always equal the sum over the jobs of their period, after any history', async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          const { store } = await open();
          const ids: string[] = [];
          for (const [index, batch] of history.entries()) {
            const now = start + index * step;
            const jobs = await store.findJobs(ids);
            const made = await Promise.all(batch.map((action) => act(store, jobs, action, now)));
            ids.push(...made.filter((id) => id !== null));
            await expectSums(store, now);
          }
        }),
        { numRuns: 12 },
      );
    });
  });
}

/** A few days, so that a history crosses months. */
const step = 4 * 86_400_000;

const events: readonly LifeEvent[] = [claimed, accepted, completed, failed, canceled];

const owners = fc.constantFrom(null, 'ana', 'bob');

const action = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('set'),
      owner: owners,
      period: fc.constantFrom('MONTH', 'TOTAL'),
      limit: fc.option(fc.nat({ max: 900 }), { freq: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('admit'),
      account: fc.constantFrom(ana, bob),
      price: fc.constantFrom(0, 67, 200),
      fallback: fc.option(fc.constantFrom(100, 500)),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('event'), job: fc.nat({ max: 30 }), event: fc.nat({ max: 4 }) }),
  },
);

type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

/** Batches of actions that run at the same time. */
const histories = fc.array(fc.array(action, { minLength: 1, maxLength: 5 }), { minLength: 8, maxLength: 16 });

async function act(store: Store, jobs: readonly Job[], action: Action, now: number): Promise<string | null> {
  if (action.type === 'set') {
    const { owner, period, limit } = action;
    await set(store, { environment: 'TEST', owner, period }, limit, now);
    return null;
  }
  if (action.type === 'admit') {
    await store.arrive(action.account, 100_000, now);
    const { account, price: priceCredits, fallback: userBudgetCredits } = action;
    const admitted = await store.admit(admissionOf({ account, priceCredits, userBudgetCredits, createdAt: now }));
    return admitted.kind === 'admitted' ? admitted.job.id : null;
  }
  const job = jobs[action.job % Math.max(jobs.length, 1)];
  const changes = events.flatMap((event) => (job === undefined ? [] : (advance(job, event, circumstances(now)) ?? [])));
  const change = changes[action.event % Math.max(changes.length, 1)];
  if (change !== undefined) await store.commit(change, now);
  return null;
}

/** Every budget's use is the sum of the prices of its period's jobs that were not released, and none is above its limit by a new job. */
async function expectSums(store: Store, now: number): Promise<void> {
  const { items: accounts } = await store.listAccounts('TEST', '', first(10));
  const jobs: Job[] = [];
  for (const { id } of accounts) jobs.push(...(await store.listJobs(id, anyJob, first(500))).items);
  const sumOf = ({ owner, period }: CreditBudget) =>
    jobs
      .filter((job) => owner === null || job.owner === owner)
      .filter(({ createdAt }) => createdAt >= periodStartOf(period, now))
      .filter(({ state }) => chargeStateOf(state) !== 'RELEASED')
      .reduce((sum, { priceCredits }) => sum + priceCredits, 0);
  for (const owner of [null, 'ana', 'bob'])
    for (const budget of await store.findBudgets('TEST', owner, now)) expect(budget.usedCredits).toBe(sumOf(budget));
}
