import { and, asc, eq, getTableColumns, lte, type SQL, sql } from 'drizzle-orm';
import type { MoneyRecords, Place } from '../../../ports/money.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import type { Db } from './engine/statements.ts';
import { accounts } from './tables/accounts.ts';
import { ledgerEntries } from './tables/histories.ts';
import { jobs } from './tables/jobs.ts';

/** Reads whole tables piece by piece. */
export type Exports = Pick<MoneyRecords, 'jobsAfter' | 'entriesAfter'>;

/** Before every place. */
const least: Place = { at: -1, id: '' };

/** Rows of the environment after a place, in the order of the index. */
function after(table: typeof jobs | typeof ledgerEntries): SQL | undefined {
  const { environment, createdAt, id } = table;
  const by = boundTo({ environment, createdAt, id });
  return and(
    eq(environment, by.environment),
    sql`(${createdAt}, ${id}) > (${by.createdAt}, ${by.id})`,
    lte(createdAt, sql`${sql.placeholder('until')}`),
  );
}

/** Prepares the reads. */
export function createExports(db: Db): Exports {
  const { environment: _environment, ...entryColumns } = getTableColumns(ledgerEntries);
  const limit = sql.placeholder('limit');
  const readJobs = db
    .select()
    .from(jobs)
    .where(after(jobs))
    .orderBy(asc(jobs.createdAt), asc(jobs.id))
    .limit(limit)
    .prepare('export_jobs');
  const readEntries = db
    .select({ ...entryColumns, owner: accounts.owner })
    .from(ledgerEntries)
    .innerJoin(accounts, eq(accounts.id, ledgerEntries.accountId))
    .where(after(ledgerEntries))
    .orderBy(asc(ledgerEntries.createdAt), asc(ledgerEntries.id))
    .limit(limit)
    .prepare('export_entries');
  return {
    async jobsAfter(environment, place, until, count) {
      const { at, id } = place ?? least;
      return (await readJobs.execute({ environment, createdAt: at, id, until, limit: count })).map(jobOf);
    },
    entriesAfter(environment, place, until, count) {
      const { at, id } = place ?? least;
      return readEntries.execute({ environment, createdAt: at, id, until, limit: count });
    },
  };
}
