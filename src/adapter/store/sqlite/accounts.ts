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

/** The rows of accounts. Only `step` changes amounts and draws numbers: in one statement, inside the caller's transaction. */
export type Accounts = {
  readonly find: (id: string) => AccountRow | null;
  readonly findByKey: (key: AccountKey) => AccountRow | null;
  /** The accounts whose owner starts with a prefix, sorted by owner. */
  readonly list: (environment: Environment, ownerPrefix: string, page: Page<string>) => Slice<Account>;
  /** Creates an empty account. Throws when it exists. */
  readonly create: (id: string, key: AccountKey, now: number) => AccountRow;
  /** Adds to an account and returns the new row. Throws when the available credits would fall below 0. */
  readonly step: (id: string, step: AccountStep) => AccountRow;
};

/** Prepares the statements on accounts. */
export function createAccounts(db: Db): Accounts {
  const { find, findByKey, read, create, step } = prepareStatements(db);
  return {
    find: (id) => find.get({ id }) ?? null,
    findByKey: (key) => findByKey.get(key) ?? null,
    list: (environment, ownerPrefix, page) => sliceOf(listOf(read, environment, ownerPrefix), page),
    create: (id, key, now) => existing(create.get({ ...key, ...emptyAccount, id, createdAt: now })),
    step: (id, added) => existing(step.get({ id, ...emptyAccount, ...added })),
  };
}

function existing<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('The account does not exist');
  return row;
}

type Read = ReturnType<typeof prepareStatements>['read'];

/** The owners with a prefix lie between the prefix and the prefix followed by the highest character. */
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
  const { id, owner, environment, balance, held, running, feed, ledger, jobs, servedAt } = accounts;
  const columns = getTableColumns(accounts);
  const by = boundTo(columns);
  const range = and(
    eq(environment, by.environment),
    // A cursor from another search may lie outside the range of this prefix.
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
          servedAt: sql`max(${servedAt}, ${by.servedAt})`,
        })
        .where(eq(id, by.id))
        .returning(),
    ),
  };
}
