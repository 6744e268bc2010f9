import { and, asc, eq, getTableColumns, lte, type SQL, sql } from 'drizzle-orm';
import type { MoneyRecords, Place } from '../../../ports/money.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { accounts } from './tables/accounts.ts';
import { ledgerEntries } from './tables/histories.ts';
import { jobs } from './tables/jobs.ts';

/** Reads whole tables piece by piece. */
export type Exports = Pick<MoneyRecords, 'jobsAfter' | 'entriesAfter'>;

/** Rows of the environment after a place, in the order of the index. `least`: before every place. */
const least: Place = { at: -1, id: '' };

function after(table: typeof jobs | typeof ledgerEntries): SQL | undefined {
  const { environment, createdAt, id } = table;
  const by = boundTo({ environment });
  return and(
    eq(environment, by.environment),
    sql`(${createdAt}, ${id}) > (${sql.placeholder('at')}, ${sql.placeholder('id')})`,
    lte(createdAt, sql`${sql.placeholder('until')}`),
    // The condition of the index.
    sql`${createdAt} > 0`,
  );
}

/** Prepares the reads. */
export function createExports(db: Db): Exports {
  const { environment: _environment, ...entryColumns } = getTableColumns(ledgerEntries);
  const readJobs = perLimit((limit) =>
    db.select().from(jobs).where(after(jobs)).orderBy(asc(jobs.createdAt), asc(jobs.id)).limit(limit).prepare(),
  );
  const readEntries = perLimit((limit) =>
    db
      .select({ ...entryColumns, owner: accounts.owner })
      .from(ledgerEntries)
      .innerJoin(accounts, eq(accounts.id, ledgerEntries.accountId))
      .where(after(ledgerEntries))
      .orderBy(asc(ledgerEntries.createdAt), asc(ledgerEntries.id))
      .limit(limit)
      .prepare(),
  );
  return {
    jobsAfter: async (environment, place, until, limit) =>
      readJobs(limit)
        .all({ environment, until, ...(place ?? least) })
        .map(jobOf),
    entriesAfter: async (environment, place, until, limit) =>
      readEntries(limit).all({ environment, until, ...(place ?? least) }),
  };
}
