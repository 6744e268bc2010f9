import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { AccountKey } from '../../domain/ledger.ts';
import type { AccountRow } from './rows.ts';
import { boundTo, type Db } from './statements.ts';
import { accounts } from './tables/accounts.ts';

const empty = { balance: 0, held: 0, running: 0, feed: 0, ledger: 0, jobs: 0 };

/** What one step adds to an account's amounts and counters. */
export type AccountStep = Partial<typeof empty>;

/** The rows of accounts. Whatever changes amounts or draws numbers does it here, in one statement, inside the caller's transaction. */
export type Accounts = {
  readonly find: (id: string) => AccountRow | null;
  readonly findByKey: (key: AccountKey) => AccountRow | null;
  /** Makes an empty account; throws where there is one. */
  readonly create: (id: string, key: AccountKey, now: number) => AccountRow;
  /** Adds to an account and returns it as it then stands. Throws where it would have less than nothing available. */
  readonly step: (id: string, step: AccountStep) => AccountRow;
};

/** Prepares the statements on accounts. */
export function createAccounts(db: Db): Accounts {
  const { find, findByKey, create, step } = prepareStatements(db);
  return {
    find: (id) => find.get({ id }) ?? null,
    findByKey: (key) => findByKey.get(key) ?? null,
    create: (id, key, now) => create.get({ ...key, ...empty, id, createdAt: now }),
    step: (id, added) => step.get({ ...empty, ...added, id }),
  };
}

function prepareStatements(db: Db) {
  const { id, owner, environment, balance, held, running, feed, ledger, jobs } = accounts;
  const by = boundTo(getTableColumns(accounts));
  return {
    find: db.select().from(accounts).where(eq(id, by.id)).prepare(),
    findByKey: db
      .select()
      .from(accounts)
      .where(and(eq(owner, by.owner), eq(environment, by.environment)))
      .prepare(),
    create: db.insert(accounts).values(by).returning().prepare(),
    step: db
      .update(accounts)
      .set({
        balance: sql`${balance} + ${by.balance}`,
        held: sql`${held} + ${by.held}`,
        running: sql`${running} + ${by.running}`,
        feed: sql`${feed} + ${by.feed}`,
        ledger: sql`${ledger} + ${by.ledger}`,
        jobs: sql`${jobs} + ${by.jobs}`,
      })
      .where(eq(id, by.id))
      .returning()
      .prepare(),
  };
}
