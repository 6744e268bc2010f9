import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import type { Account, AccountKey } from '../../../domain/ledger.ts';
import type { Page, Slice } from '../../../ports.ts';
import { type AccountStep, emptyAccount } from '../shared/account-step.ts';
import type { End, KeyRange } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type AccountRow, accountOf } from '../shared/rows.ts';
import { prepareRows } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { accounts } from './tables/accounts.ts';

/** The rows of accounts. Whatever changes amounts or draws numbers does it here, in one statement, inside the caller's transaction. */
export type Accounts = {
  readonly find: (id: string) => AccountRow | null;
  readonly findByKey: (key: AccountKey) => AccountRow | null;
  /** Those whose owners begin with a text, by owner. */
  readonly list: (environment: Environment, ownerPrefix: string, page: Page<string>) => Slice<Account>;
  /** Makes an empty account; throws where there is one. */
  readonly create: (id: string, key: AccountKey, now: number) => AccountRow;
  /** Adds to an account and returns it as it then stands. Throws where it would have less than nothing available. */
  readonly step: (id: string, step: AccountStep) => AccountRow;
};

/** Prepares the statements on accounts. */
export function createAccounts(db: Db): Accounts {
  const { find, findByKey, read, create, step } = prepareStatements(db);
  return {
    find: (id) => find.get({ id }) ?? null,
    findByKey: (key) => findByKey.get(key) ?? null,
    list: (environment, ownerPrefix, page) => sliceOf(listOf(read, environment, ownerPrefix), page),
    create: (id, key, now) => sureOf(create.get({ ...key, ...emptyAccount, id, createdAt: now })),
    step: (id, added) => sureOf(step.get({ ...emptyAccount, ...added, id })),
  };
}

function sureOf<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('There is no such account');
  return row;
}

type Read = ReturnType<typeof prepareStatements>['read'];

/** What begins with a text lies between that text and its last continuation. */
function listOf(read: Read, environment: Environment, ownerPrefix: string): Listed<Account, string> {
  return {
    rising: true,
    keys: { ...idKeys, least: ownerPrefix, most: `${ownerPrefix}${idKeys.most}` },
    keyOf: ({ owner }) => owner,
    read: (keyRange: KeyRange<string>, end, limit) =>
      read[end](limit)
        .all({ ...keyRange, environment, least: ownerPrefix, most: `${ownerPrefix}${idKeys.most}` })
        .map(accountOf),
  };
}

function prepareStatements(db: Db) {
  const { id, owner, environment, balance, held, running, feed, ledger, jobs } = accounts;
  const columns = getTableColumns(accounts);
  const by = boundTo(columns);
  const range = and(
    eq(environment, by.environment),
    // A cursor of another search may lie outside of this one.
    gte(owner, sql`max(${sql.placeholder('from')}, ${sql.placeholder('least')})`),
    lt(owner, sql`min(${sql.placeholder('to')}, ${sql.placeholder('most')})`),
  );
  const read = (end: End) =>
    perLimit((limit) =>
      db
        .select()
        .from(accounts)
        .where(range)
        .orderBy(end === 'low' ? asc(owner) : desc(owner))
        .limit(limit)
        .prepare(),
    );
  return {
    read: { low: read('low'), high: read('high') },
    find: prepareRows(db, columns, db.select().from(accounts).where(eq(id, by.id))),
    findByKey: prepareRows(
      db,
      columns,
      db
        .select()
        .from(accounts)
        .where(and(eq(owner, by.owner), eq(environment, by.environment))),
    ),
    create: prepareRows(db, columns, db.insert(accounts).values(by).returning()),
    step: prepareRows(
      db,
      columns,
      db
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
        .returning(),
    ),
  };
}
