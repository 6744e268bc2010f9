import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { AccountKey } from '../../domain/ledger.ts';
import { type AccountStep, emptyAccount } from '../account-step.ts';
import { boundTo } from '../bound.ts';
import type { AccountRow } from '../rows.ts';
import { type Db, firstOf } from './statements.ts';
import { accounts } from './tables/accounts.ts';

/** The rows of accounts. Whatever changes amounts or draws numbers does it here, in one statement, inside the caller's transaction. */
export type Accounts = {
  readonly find: (id: string) => Promise<AccountRow | null>;
  readonly findByKey: (key: AccountKey) => Promise<AccountRow | null>;
  /** The account as it stands until the caller's transaction has ended: nobody else changes it before. */
  readonly lock: (key: AccountKey) => Promise<AccountRow | null>;
  /** Makes an empty account; null where there is one. */
  readonly create: (id: string, key: AccountKey, now: number) => Promise<AccountRow | null>;
  /** Adds to an account and returns it as it then stands. Throws where it would have less than nothing available. */
  readonly step: (id: string, step: AccountStep) => Promise<AccountRow>;
};

/** Prepares the statements on accounts. */
export function createAccounts(db: Db): Accounts {
  const { find, findByKey, lock, create, step } = prepareStatements(db);
  return {
    find: async (id) => firstOf(await find.execute({ id })),
    findByKey: async (key) => firstOf(await findByKey.execute(key)),
    lock: async (key) => firstOf(await lock.execute(key)),
    create: async (id, key, now) => firstOf(await create.execute({ ...key, ...emptyAccount, id, createdAt: now })),
    step: async (id, added) => {
      const account = firstOf(await step.execute({ ...emptyAccount, ...added, id }));
      if (account === null) throw new Error(`There is no account ${id}`);
      return account;
    },
  };
}

function prepareStatements(db: Db) {
  const { id, owner, environment, balance, held, running, feed, ledger, jobs } = accounts;
  const by = boundTo(getTableColumns(accounts));
  const isOfKey = and(eq(owner, by.owner), eq(environment, by.environment));
  return {
    find: db.select().from(accounts).where(eq(id, by.id)).prepare('account_find'),
    findByKey: db.select().from(accounts).where(isOfKey).prepare('account_find_by_key'),
    lock: db.select().from(accounts).where(isOfKey).for('no key update').prepare('account_lock'),
    create: db.insert(accounts).values(by).onConflictDoNothing().returning().prepare('account_create'),
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
      .prepare('account_step'),
  };
}
