import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import type { Account, AccountKey } from '../../../domain/ledger.ts';
import type { Page, Slice } from '../../../ports.ts';
import { type AccountStep, emptyAccount } from '../shared/account-step.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type AccountRow, accountOf } from '../shared/rows.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { accounts } from './tables/accounts.ts';

/** The rows of accounts. Only `step` changes amounts and draws numbers: in one statement, inside the caller's transaction. */
export type Accounts = {
  readonly find: (id: string) => Promise<AccountRow | null>;
  readonly findByKey: (key: AccountKey) => Promise<AccountRow | null>;
  /** The accounts whose owner starts with a prefix, sorted by owner. */
  readonly list: (environment: Environment, ownerPrefix: string, page: Page<string>) => Promise<Slice<Account>>;
  /** Locks an account: nobody else changes it until the caller's transaction ends. */
  readonly lock: (key: AccountKey) => Promise<AccountRow | null>;
  /** Creates an empty account, or returns null when it exists. */
  readonly create: (id: string, key: AccountKey, now: number) => Promise<AccountRow | null>;
  /** Adds to an account and returns the new row. Throws when the available credits would fall below 0. */
  readonly step: (id: string, step: AccountStep) => Promise<AccountRow>;
};

/** Prepares the statements on accounts. */
export function createAccounts(db: Db): Accounts {
  const { find, findByKey, read, lock, create, step } = prepareStatements(db);
  return {
    find: async (id) => firstOf(await find.execute({ id })),
    findByKey: async (key) => firstOf(await findByKey.execute(key)),
    list: (environment, ownerPrefix, page) => sliceOf(listOf(read, environment, ownerPrefix), page),
    lock: async (key) => firstOf(await lock.execute(key)),
    create: async (id, key, now) => firstOf(await create.execute({ ...key, ...emptyAccount, id, createdAt: now })),
    step: async (id, added) => {
      const account = firstOf(await step.execute({ ...emptyAccount, ...added, id }));
      if (account === null) throw new Error(`The account ${id} does not exist`);
      return account;
    },
  };
}

type Read = ReturnType<typeof prepareStatements>['read'];

/** The owners with a prefix lie between the prefix and the prefix followed by the highest character. */
function listOf(read: Read, environment: Environment, ownerPrefix: string): Listed<Account, string> {
  const [least, most] = [ownerPrefix, `${ownerPrefix}${idKeys.most}`];
  return {
    rising: true,
    keys: { ...idKeys, least, most },
    read: async (keyRange, end, limit) =>
      (await read[end].execute({ ...keyRange, environment, least, most, limit })).map(accountOf),
  };
}

function prepareStatements(db: Db) {
  const { id, owner, environment, balance, held, running, feed, ledger, jobs, servedAt } = accounts;
  const by = boundTo(getTableColumns(accounts));
  const isOfKey = and(eq(owner, by.owner), eq(environment, by.environment));
  const range = and(
    eq(environment, by.environment),
    gte(owner, sql`${sql.placeholder('from')}`),
    lt(owner, sql`${sql.placeholder('to')}`),
    // A cursor from another search may lie outside the range of this prefix.
    gte(owner, sql`${sql.placeholder('least')}`),
    lt(owner, sql`${sql.placeholder('most')}`),
  );
  const read = (end: End) =>
    db
      .select()
      .from(accounts)
      .where(range)
      .orderBy(end === 'low' ? asc(owner) : desc(owner))
      .limit(sql.placeholder('limit'))
      .prepare(`accounts_${end}`);
  return {
    read: { low: read('low'), high: read('high') },
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
        servedAt: sql`greatest(${servedAt}, ${by.servedAt})`,
      })
      .where(eq(id, by.id))
      .returning()
      .prepare('account_step'),
  };
}
