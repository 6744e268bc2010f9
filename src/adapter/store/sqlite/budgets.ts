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
import { type BudgetRow, budgetOf, budgetRowOf, limitOf, newBudgetOf } from '../shared/budget-rows.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { idKeys, sliceOf } from './paging.ts';
import { accounts } from './tables/accounts.ts';
import { budgets } from './tables/budgets.ts';
import { jobs } from './tables/jobs.ts';

/** The rows of budgets. Functions that write run inside the caller's transaction. */
export type Budgets = {
  /** The budgets that a new job of a user counts in, as they are now. A user without a monthly one gets the default, if there is one. */
  readonly forJob: (
    account: Pick<Job, 'environment' | 'owner'>,
    defaultCredits: number | null,
    now: number,
  ) => readonly CreditBudget[];
  /** Counts a new job's price in its budgets, and returns the marks that they have reached. */
  readonly charge: (
    budgets: readonly CreditBudget[],
    priceCredits: number,
    createdAt: number,
  ) => readonly BudgetReached[];
  /** Remembers that a budget refused a job; false if it did so before in its period. */
  readonly refused: (budget: CreditBudget) => boolean;
  /** Gives back what a job's end has released, if its period lasts. */
  readonly giveBack: (job: Job) => void;
  readonly set: (change: BudgetChange) => CreditBudget | null;
  readonly setDefault: (environment: Environment, limitCredits: number | null, at: number) => void;
  readonly find: (environment: Environment, owner: string | null, at: number) => readonly CreditBudget[];
  readonly list: (environment: Environment, page: Page<string>) => Slice<CreditBudget>;
};

/** Prepares the statements on budgets. */
export function createBudgets(db: Db): Budgets {
  const { ofJob, byOwner, byId, write, remove, giveBack, usedByUser, usedByAll, read } = prepareStatements(db);

  function newBudget(
    key: BudgetKey,
    limit: Pick<CreditBudget, 'limitCredits' | 'isDefault'>,
    at: number,
  ): CreditBudget {
    const begins = newBudgetOf(key, limit, { used: 0, at });
    const place = { environment: key.environment, since: begins.periodStart };
    const row = key.owner === null ? usedByAll.get(place) : usedByUser.get({ ...place, owner: key.owner });
    const budget = newBudgetOf(key, limit, { used: row?.credits ?? 0, at });
    write(budgetRowOf(budget));
    return budget;
  }

  /** A budget that the settings made follows them. */
  function withDefault(found: readonly CreditBudget[], key: BudgetKey, limitCredits: number | null, at: number) {
    const known = found.find(({ owner, period }) => owner === key.owner && period === key.period);
    if (known?.isDefault === false || (known?.limitCredits ?? null) === limitCredits) return found;
    const others = found.filter((each) => each !== known);
    if (limitCredits !== null) return [...others, newBudget(key, { limitCredits, isDefault: true }, at)];
    remove({ environment: key.environment, id: budgetIdOf(key) });
    return others;
  }

  return {
    forJob: ({ environment, owner }, defaultCredits, now) => {
      const found = ofJob.all({ environment, owner }).map(budgetOf);
      const key: BudgetKey = { environment, owner, period: 'MONTH' };
      return withDefault(found, key, defaultCredits, now).map((budget) => budgetAt(budget, now));
    },
    charge: (found, priceCredits, createdAt) =>
      found.flatMap((budget) => {
        const counted = charged(budget, priceCredits, createdAt);
        const reached = reachedBy(counted);
        write(budgetRowOf(reached?.budget ?? counted));
        return reached === null ? [] : [reached];
      }),
    refused: (budget) => {
      const reached = reachedBy(budget, true);
      if (reached !== null) write(budgetRowOf(reached.budget));
      return reached !== null;
    },
    giveBack: ({ environment, owner, priceCredits, createdAt }) => {
      if (priceCredits > 0) giveBack({ environment, owner, priceCredits, createdAt });
    },
    set: (change) => {
      const limit = limitOf(change);
      if (limit !== null) return newBudget(change.key, limit, change.at);
      remove({ environment: change.key.environment, id: budgetIdOf(change.key) });
      return null;
    },
    setDefault: (environment, limitCredits, at) => {
      const key: BudgetKey = { environment, owner: null, period: 'MONTH' };
      const row = byId.get({ environment, id: budgetIdOf(key) });
      withDefault(row === undefined ? [] : [budgetOf(row)], key, limitCredits, at);
    },
    find: (environment, owner, at) =>
      byOwner.all({ environment, owner: owner ?? '' }).map((row) => budgetAt(budgetOf(row), at)),
    list: (environment, page) =>
      sliceOf(
        {
          rising: true,
          keys: idKeys,
          keyOf: budgetIdOf,
          read: (keyRange, end, limit) =>
            read[end](limit)
              .all({ ...keyRange, environment })
              .map(budgetOf),
        },
        page,
      ),
  };
}

function prepareStatements(db: Db) {
  const columns = getTableColumns(budgets);
  const by = boundTo(columns);
  const { environment, id, owner, periodStart, usedCredits } = budgets;
  const select = () => db.select().from(budgets);
  const inEnvironment = eq(environment, by.environment);
  const isThis = and(inEnvironment, eq(id, by.id));
  const ofJob = and(inEnvironment, sql`${owner} IN ('', ${by.owner})`);
  const { priceCredits, createdAt } = boundTo({ priceCredits: jobs.priceCredits, createdAt: jobs.createdAt });
  const range = and(inEnvironment, gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  const read = (end: End) =>
    perLimit((limit) =>
      prepareRows<BudgetRow>(
        db,
        columns,
        select()
          .where(range)
          .orderBy(end === 'low' ? asc(id) : desc(id))
          .limit(limit),
      ),
    );
  const ofAccount = boundTo({ environment: accounts.environment, owner: accounts.owner });
  const counts = and(
    eq(accounts.environment, ofAccount.environment),
    sql`${jobs.createdAt} >= ${sql.placeholder('since')}`,
    sql`${jobs.state} NOT IN ('FAILED', 'CANCELED')`,
  );
  const used = () =>
    db
      .select({ credits: sql<number>`coalesce(sum(${jobs.priceCredits}), 0)` })
      .from(accounts)
      .innerJoin(jobs, eq(jobs.accountId, accounts.id));
  return {
    ofJob: prepareRows<BudgetRow>(db, columns, select().where(ofJob)),
    byOwner: prepareRows<BudgetRow>(
      db,
      columns,
      select()
        .where(and(inEnvironment, eq(owner, by.owner)))
        .orderBy(asc(budgets.period)),
    ),
    byId: prepareRows<BudgetRow>(db, columns, select().where(isThis)),
    write: prepareWrite(
      db,
      db
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
        }),
    ),
    remove: prepareWrite(db, db.delete(budgets).where(isThis)),
    giveBack: prepareWrite(
      db,
      db
        .update(budgets)
        .set({ usedCredits: sql`${usedCredits} - ${priceCredits}` })
        .where(and(ofJob, lte(periodStart, createdAt))),
    ),
    usedByUser: used()
      .where(and(counts, eq(accounts.owner, ofAccount.owner)))
      .prepare(),
    // The condition on the owner holds for all, and makes the list of accounts one along their index.
    usedByAll: used()
      .where(and(counts, sql`${accounts.owner} > ''`))
      .prepare(),
    read: { low: read('low'), high: read('high') },
  };
}
