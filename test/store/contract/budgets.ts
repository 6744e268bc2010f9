import { describe, expect, test } from 'vitest';
import type { BudgetKey } from '../../../src/domain/budget.ts';
import { budgetIdOf } from '../../../src/ports/budget.ts';
import type { Store } from '../../../src/ports.ts';
import { set } from './budget-history.ts';
import {
  accepted,
  admissionOf,
  admit,
  ana,
  anyJob,
  bob,
  canceled,
  claimed,
  completed,
  failed,
  first,
  live,
  type OpenDatabase,
  start,
} from './world.ts';

const month = (owner: string | null): BudgetKey => ({ environment: 'TEST', owner, period: 'MONTH' });

const total = (owner: string | null): BudgetKey => ({ environment: 'TEST', owner, period: 'TOTAL' });

/** The start of the month after that of `start`. */
const next = Date.UTC(new Date(start).getUTCFullYear(), new Date(start).getUTCMonth() + 1);

async function used(store: Store, key: BudgetKey, at = start): Promise<number | undefined> {
  const found = await store.findBudgets(key.environment, key.owner, at);
  return found.find(({ period }) => period === key.period)?.usedCredits;
}

export function describeBudgets(open: OpenDatabase): void {
  describe('budgets', () => {
    test('count the jobs of their period that are there already, and refuse what has no room', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await admit(store, { account: bob });
      expect(await set(store, month('ana'), 134)).toMatchObject({
        usedCredits: 67,
        limitCredits: 134,
        isDefault: false,
      });
      expect(await set(store, total(null), 300)).toMatchObject({ usedCredits: 134, owner: null });
      await admit(store);
      expect(await store.admit(admissionOf())).toMatchObject({
        kind: 'budgetExceeded',
        budget: { owner: 'ana', period: 'MONTH', usedCredits: 134, limitCredits: 134 },
      });
      // A refusal stored nothing, another user has room, and what is released makes room.
      expect(await store.countJobs(job.accountId, anyJob)).toBe(2);
      await admit(store, { account: bob });
      await live(store, job, [canceled]);
      expect(await used(store, month('ana'))).toBe(67);
      expect(await used(store, total(null))).toBe(201);
      await admit(store);
      expect(await store.admit(admissionOf({ account: bob }))).toMatchObject({
        kind: 'budgetExceeded',
        budget: { owner: null, period: 'TOTAL' },
      });
    });

    test('keep what was captured as used, and what failed not', async () => {
      const { store } = await open();
      await set(store, month('ana'), 1000);
      await live(store, (await admit(store)).job, [claimed, accepted, completed]);
      await live(store, (await admit(store)).job, [claimed, accepted, failed]);
      expect(await used(store, month('ana'))).toBe(67);
    });

    test('do not stop a replay', async () => {
      const { store } = await open();
      await set(store, month('ana'), 67);
      const { job } = await admit(store, { idempotencyKey: 'once' });
      expect(await store.admit(admissionOf({ idempotencyKey: 'once' }))).toMatchObject({ job, replayed: true });
      expect(await store.admit(admissionOf({ idempotencyKey: 'twice' }))).toMatchObject({ kind: 'budgetExceeded' });
    });

    test('of a month begin anew with the next, in UTC; a job of the last one gives nothing back', async () => {
      const { store } = await open();
      await set(store, month('ana'), 67);
      await set(store, total('ana'), 134);
      const { job } = await admit(store, { createdAt: next - 1 });
      expect(await store.admit(admissionOf({ createdAt: next - 1 }))).toMatchObject({ kind: 'budgetExceeded' });
      expect(await used(store, month('ana'), next)).toBe(0);
      await admit(store, { createdAt: next });
      await live(store, job, [canceled], next + 1);
      expect(await used(store, month('ana'), next)).toBe(67);
      expect(await used(store, total('ana'), next)).toBe(67);
      expect(await store.admit(admissionOf({ createdAt: next }))).toMatchObject({
        budget: { period: 'MONTH', periodStart: next },
      });
    });

    test('report each mark once in a period, and a refusal as the last', async () => {
      const { store } = await open();
      await set(store, month('ana'), 300);
      const marks = async (createdAt: number) => {
        await store.arrive(ana, 1000, createdAt);
        const result = await store.admit(admissionOf({ createdAt }));
        if (result.kind === 'admitted') return (result.reached ?? []).map(({ percent }) => percent);
        return result.kind === 'budgetExceeded' ? [`refused ${result.isFirst}`] : [];
      };
      const seen: unknown[] = [];
      for (const _ of [1, 2, 3, 4, 5, 6]) seen.push(await marks(start));
      expect(seen).toEqual([[], [], [50], [80], ['refused true'], ['refused false']]);
      expect([await marks(next), await marks(next), await marks(next)]).toEqual([[], [], [50]]);
    });

    test('of the settings begin with a first job, follow the settings, and yield to one that was set', async () => {
      const { store } = await open();
      await admit(store);
      const limited = (userBudgetCredits: number | null) => admissionOf({ userBudgetCredits });
      expect(await store.admit(limited(100))).toMatchObject({
        kind: 'budgetExceeded',
        budget: { owner: 'ana', period: 'MONTH', usedCredits: 67, limitCredits: 100, isDefault: true },
      });
      expect(await store.admit(limited(134))).toMatchObject({ kind: 'admitted' });
      expect(await store.admit(limited(null))).toMatchObject({ kind: 'admitted' });
      expect(await store.findBudgets('TEST', 'ana', start)).toEqual([]);
      await set(store, month('ana'), 500);
      expect(await store.admit(limited(0))).toMatchObject({ kind: 'admitted' });
      expect(
        await store.setBudget({ key: month('ana'), limitCredits: null, fallbackCredits: 50, at: start }),
      ).toMatchObject({ isDefault: true, limitCredits: 50 });
      expect(await set(store, month('ana'), null)).toBeNull();
    });

    test('of the installation by the settings stay behind one that an admin set', async () => {
      const { store } = await open();
      await admit(store);
      await store.defaultBudget('TEST', 100, start);
      expect(await store.findBudgets('TEST', null, start)).toMatchObject([
        { limitCredits: 100, usedCredits: 67, isDefault: true },
      ]);
      await store.defaultBudget('TEST', 200, start);
      await set(store, month(null), 300);
      await store.defaultBudget('TEST', 400, start);
      expect(await store.findBudgets('TEST', null, start)).toMatchObject([{ limitCredits: 300, isDefault: false }]);
      await store.defaultBudget('LIVE', 400, start);
      await store.defaultBudget('LIVE', null, start);
      expect(await store.findBudgets('LIVE', null, start)).toEqual([]);
    });

    test("are listed by page, the installation's first", async () => {
      const { store } = await open();
      for (const key of [total('bob'), month('ana'), month(null), total('ana')]) await set(store, key, 10);
      await set(store, { ...month('ana'), environment: 'LIVE' }, 10);
      const { items, hasNext } = await store.listBudgets('TEST', first(3));
      expect([items.map(budgetIdOf), hasNext]).toEqual([['/MONTH', 'ana/MONTH', 'ana/TOTAL'], true]);
      expect((await store.listBudgets('TEST', first(3, 'ana/TOTAL'))).items.map(budgetIdOf)).toEqual(['bob/TOTAL']);
    });

    test('make one job of two hundred requests with room for one', async () => {
      const { store } = await open();
      const users = Array.from({ length: 20 }, (_, at) => ({ ...ana, owner: `user${at}` }));
      for (const account of users) await store.arrive(account, 10_000, start);
      await set(store, month(null), 100);
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, at) => store.admit(admissionOf({ account: users[at % 20] ?? ana }))),
      );
      expect(results.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
      expect(results.filter((result) => result.kind === 'budgetExceeded' && result.isFirst)).toHaveLength(1);
      expect(await used(store, month(null))).toBe(67);
    });
  });
}
