import { and, asc, desc, eq, getTableColumns, gte, lt, lte, sql } from 'drizzle-orm';
import {
  type BudgetKey,
  type BudgetReached,
  budgetAt,
  type CreditBudget,
  charged,
  reachedBy,
} from '../../../domain/budget.ts';
import type { Environment, Job } from '../../../domain/job.ts';
import { type BudgetChange, budgetIdOf } from '../../../ports/budget.ts';
import type { Page, Slice } from '../../../ports.ts';
import { budgetOf, budgetRowOf, limitOf, newBudgetOf } from '../shared/budget-rows.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, sliceOf } from './paging.ts';
import { accounts } from './tables/accounts.ts';
import { budgets } from './tables/budgets.ts';
import { jobs } from './tables/jobs.ts';

/**
 * The rows of budgets. Functions that write run inside the caller's transaction, which has locked the account of a job: budgets are locked
 * after it, the installation's first.
 */
export type Budgets = {
  /** The budgets that a new job of a user counts in, locked. A user without a monthly one gets the default, if there is one. */
  readonly forJob: (
    account: Pick<Job, 'environment' | 'owner'>,
    defaultCredits: number | null,
    now: number,
  ) => Promise<readonly CreditBudget[]>;
  /** Counts a new job's price in its budgets, and returns the marks that they have reached. */
  readonly charge: (
    budgets: readonly CreditBudget[],
    priceCredits: number,
    createdAt: number,
  ) => Promise<readonly BudgetReached[]>;
  /** Remembers that a budget refused a job; false if it did so before in its period. */
  readonly refused: (budget: CreditBudget) => Promise<boolean>;
  /** Gives back what a job's end has released, if its period lasts. */
  readonly giveBack: (job: Job) => Promise<void>;
  readonly set: (change: BudgetChange) => Promise<CreditBudget | null>;
  readonly setDefault: (environment: Environment, limitCredits: number | null, at: number) => Promise<void>;
  readonly find: (environment: Environment, owner: string | null, at: number) => Promise<readonly CreditBudget[]>;
  readonly list: (environment: Environment, page: Page<string>) => Promise<Slice<CreditBudget>>;
};

/** Prepares the statements on budgets. */
export function createBudgets(db: Db): Budgets {
  const { stopJobs, ofJob, byOwner, byId, write, remove, giveBack, usedByUser, usedByAll, read } =
    prepareStatements(db);

  async function newBudget(key: BudgetKey, limit: Pick<CreditBudget, 'limitCredits' | 'isDefault'>, at: number) {
    const place = { environment: key.environment, since: newBudgetOf(key, limit, { used: 0, at }).periodStart };
    const rows =
      key.owner === null ? await usedByAll.execute(place) : await usedByUser.execute({ ...place, owner: key.owner });
    const budget = newBudgetOf(key, limit, { used: firstOf(rows)?.credits ?? 0, at });
    await write.execute(budgetRowOf(budget));
    return budget;
  }

  /** A budget that the settings made follows them. */
  async function withDefault(found: readonly CreditBudget[], key: BudgetKey, limitCredits: number | null, at: number) {
    const known = found.find(({ owner, period }) => owner === key.owner && period === key.period);
    if (known?.isDefault === false || (known?.limitCredits ?? null) === limitCredits) return found;
    const others = found.filter((each) => each !== known);
    if (limitCredits !== null) return [...others, await newBudget(key, { limitCredits, isDefault: true }, at)];
    await remove.execute({ environment: key.environment, id: budgetIdOf(key) });
    return others;
  }

  return {
    forJob: async ({ environment, owner }, defaultCredits, now) => {
      const found = (await ofJob.execute({ environment, owner })).map(budgetOf);
      const key: BudgetKey = { environment, owner, period: 'MONTH' };
      return (await withDefault(found, key, defaultCredits, now)).map((budget) => budgetAt(budget, now));
    },
    charge: async (found, priceCredits, createdAt) => {
      const marks: BudgetReached[] = [];
      for (const budget of found) {
        const counted = charged(budget, priceCredits, createdAt);
        const reached = reachedBy(counted);
        await write.execute(budgetRowOf(reached?.budget ?? counted));
        if (reached !== null) marks.push(reached);
      }
      return marks;
    },
    refused: async (budget) => {
      const reached = reachedBy(budget, true);
      if (reached !== null) await write.execute(budgetRowOf(reached.budget));
      return reached !== null;
    },
    giveBack: async ({ environment, owner, priceCredits, createdAt }) => {
      if (priceCredits === 0) return;
      // An UPDATE locks rows in the order in which it finds them. Two that lock in different orders would wait for each other.
      const locked = await ofJob.execute({ environment, owner });
      if (locked.length > 0) await giveBack.execute({ environment, owner, priceCredits, createdAt });
    },
    set: async (change) => {
      await db.execute(stopJobs);
      const limit = limitOf(change);
      if (limit !== null) return newBudget(change.key, limit, change.at);
      await remove.execute({ environment: change.key.environment, id: budgetIdOf(change.key) });
      return null;
    },
    setDefault: async (environment, limitCredits, at) => {
      const key: BudgetKey = { environment, owner: null, period: 'MONTH' };
      const find = async () => (await byId.execute({ environment, id: budgetIdOf(key) })).map(budgetOf);
      const known = firstOf(await find());
      if (known?.isDefault === false || (known?.limitCredits ?? null) === limitCredits) return;
      await db.execute(stopJobs);
      await withDefault(await find(), key, limitCredits, at);
    },
    find: async (environment, owner, at) =>
      (await byOwner.execute({ environment, owner: owner ?? '' })).map((row) => budgetAt(budgetOf(row), at)),
    list: (environment, page) =>
      sliceOf(
        {
          rising: true,
          keys: idKeys,
          read: async (keyRange, end, limit) =>
            (await read[end].execute({ ...keyRange, environment, limit })).map(budgetOf),
        },
        page,
      ),
  };
}

function prepareStatements(db: Db) {
  const by = boundTo(getTableColumns(budgets));
  const { environment, id, owner, periodStart, usedCredits } = budgets;
  const select = () => db.select().from(budgets);
  const inEnvironment = eq(environment, by.environment);
  const isThis = and(inEnvironment, eq(id, by.id));
  const ofJob = and(inEnvironment, sql`${owner} IN ('', ${by.owner})`);
  const { priceCredits, createdAt } = boundTo({ priceCredits: jobs.priceCredits, createdAt: jobs.createdAt });
  const range = and(inEnvironment, gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  const read = (end: End) =>
    select()
      .where(range)
      .orderBy(end === 'low' ? asc(id) : desc(id))
      .limit(sql.placeholder('limit'))
      .prepare(`budgets_${end}`);
  const ofAccount = boundTo({ environment: accounts.environment, owner: accounts.owner });
  const counts = and(
    eq(accounts.environment, ofAccount.environment),
    sql`${jobs.createdAt} >= ${sql.placeholder('since')}::bigint`,
    sql`${jobs.state} NOT IN ('FAILED', 'CANCELED')`,
  );
  const used = () =>
    db
      .select({ credits: sql`coalesce(sum(${jobs.priceCredits}), 0)`.mapWith(Number) })
      .from(accounts)
      .innerJoin(jobs, eq(jobs.accountId, accounts.id));
  return {
    // Every transaction that stores or ends a job locks or changes its account first. So none is half done while a sum is taken.
    stopJobs: sql`LOCK TABLE accounts IN EXCLUSIVE MODE`,
    ofJob: select()
      .where(ofJob)
      .orderBy(asc(owner), asc(budgets.period))
      .for('no key update')
      .prepare('budgets_of_job'),
    byOwner: select()
      .where(and(inEnvironment, eq(owner, by.owner)))
      .orderBy(asc(budgets.period))
      .prepare('budgets_by_owner'),
    byId: select().where(isThis).prepare('budget_by_id'),
    write: db
      .insert(budgets)
      .values(by)
      .onConflictDoUpdate({
        target: [environment, id],
        set: {
          limitCredits: sql`excluded.limit_credits`,
          usedCredits: sql`excluded.used_credits`,
          periodStart: sql`excluded.period_start`,
          isDefault: sql`excluded.is_default`,
          reportedPercent: sql`excluded.reported_percent`,
        },
      })
      .prepare('budget_write'),
    remove: db.delete(budgets).where(isThis).prepare('budget_remove'),
    giveBack: db
      .update(budgets)
      .set({ usedCredits: sql`${usedCredits} - ${priceCredits}` })
      .where(and(ofJob, lte(periodStart, createdAt)))
      .prepare('budget_give_back'),
    usedByUser: used()
      .where(and(counts, eq(accounts.owner, ofAccount.owner)))
      .prepare('budget_used_by_user'),
    usedByAll: used().where(counts).prepare('budget_used_by_all'),
    read: { low: read('low'), high: read('high') },
  };
}
