import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Environment, Job } from '../../../domain/job.ts';
import { isAnyJob } from '../shared/job-parts.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import type { ScanBounds } from '../shared/scan.ts';
import type { Accounts } from './accounts.ts';
import { prepareRows } from './engine/prepared.ts';
import { type Db, literalOf } from './engine/statements.ts';
import { createJobList, type JobList } from './job-lists.ts';
import { jobs } from './tables/jobs.ts';

/** Reads jobs by id and in lists. */
export type Jobs = {
  readonly find: (id: string) => Job | null;
  /** In the order of the ids; unknown ids are left out. */
  readonly findMany: (ids: readonly string[]) => readonly Job[];
  readonly findByRequest: (environment: Environment, requestId: string) => Job | null;
  readonly list: JobList['list'];
  readonly count: JobList['count'];
  readonly listAll: JobList['list'];
  readonly countAll: JobList['count'];
};

/** The number of jobs that one statement reads at most. */
const maxIds = 256;

const mostRequests = 100;

/** Prepares the statements that read jobs. */
export function createJobs(db: Db, accounts: Accounts, bounds: ScanBounds): Jobs {
  const statements = prepareStatements(db);
  const own = createJobList(db, { column: 'accountId', hasWhole: true, bounds });
  const all = createJobList(db, { column: 'environment', hasWhole: false, bounds });
  const find = (id: string): Job | null => {
    const row = statements.find.get({ id });
    return row === undefined ? null : jobOf(row);
  };
  return {
    find,
    findMany: (ids) => {
      if (ids.length <= 1) return ids.map(find).filter((job) => job !== null);
      const found: Job[] = [];
      // One statement reads many jobs, because each statement has to take SQLite's locks.
      for (let from = 0; from < ids.length; from += maxIds) {
        const some = ids.slice(from, from + maxIds);
        const rows = statements.findMany.all({ ids: JSON.stringify(some) });
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const id of some) {
          const row = byId.get(id);
          if (row !== undefined) found.push(jobOf(row));
        }
      }
      return found;
    },
    findByRequest: (environment, requestId) => {
      const found = statements.findByRequest.all({ environment, requestId });
      return found
        .map(jobOf)
        .reduce<Job | null>((newest, job) => (newest !== null && newest.id > job.id ? newest : job), null);
    },
    list: own.list,
    // The account has counted all its jobs.
    count: (accountId, filter) =>
      isAnyJob(filter) ? (accounts.find(accountId)?.jobs ?? 0) : own.count(accountId, filter),
    listAll: all.list,
    countAll: all.count,
  };
}

function prepareStatements(db: Db) {
  const { id, environment, requestId } = jobs;
  const by = boundTo({ id, environment, requestId });
  const columns = getTableColumns(jobs);
  const isOfRequest = and(eq(environment, by.environment), eq(requestId, by.requestId));
  return {
    find: prepareRows(db, columns, db.select().from(jobs).where(eq(id, by.id))),
    findMany: prepareRows(
      db,
      columns,
      db
        .select()
        .from(jobs)
        .where(sql`${id} IN (SELECT value FROM json_each(${sql.placeholder('ids')}))`),
    ),
    // The provider gives no id twice; if it did, a few rows would be compared.
    findByRequest: prepareRows(db, columns, db.select().from(jobs).where(isOfRequest).limit(literalOf(mostRequests))),
  };
}
