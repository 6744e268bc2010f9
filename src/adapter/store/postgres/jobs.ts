import { and, desc, eq, sql } from 'drizzle-orm';
import type { Environment, Job } from '../../../domain/job.ts';
import { isAnyJob } from '../shared/job-parts.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import type { ScanBounds } from '../shared/scan.ts';
import type { Accounts } from './accounts.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { createJobList, type JobList } from './job-lists.ts';
import { jobs } from './tables/jobs.ts';

/** Reads jobs by id and in lists. */
export type Jobs = {
  readonly find: (id: string) => Promise<Job | null>;
  /** In the order of the ids; unknown ids are left out. */
  readonly findMany: (ids: readonly string[]) => Promise<readonly Job[]>;
  readonly findByRequest: (environment: Environment, requestId: string) => Promise<Job | null>;
  readonly list: JobList['list'];
  readonly count: JobList['count'];
  readonly listAll: JobList['list'];
  readonly countAll: JobList['count'];
};

/** Prepares the statements that read jobs. */
export function createJobs(db: Db, accounts: Accounts, bounds: ScanBounds): Jobs {
  const statements = prepareStatements(db);
  const own = createJobList(db, { column: 'accountId', hasWhole: true, bounds });
  const all = createJobList(db, { column: 'environment', hasWhole: false, bounds });
  return {
    find: async (id) => {
      const row = firstOf(await statements.find.execute({ id }));
      return row === null ? null : jobOf(row);
    },
    findMany: async (ids) => {
      const rows = await statements.findMany.execute({ ids });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.flatMap((id) => {
        const row = byId.get(id);
        return row === undefined ? [] : jobOf(row);
      });
    },
    findByRequest: async (environment, requestId) => {
      const row = firstOf(await statements.findByRequest.execute({ environment, requestId }));
      return row === null ? null : jobOf(row);
    },
    list: own.list,
    // The account has counted all its jobs.
    count: async (accountId, filter) =>
      isAnyJob(filter) ? ((await accounts.find(accountId))?.jobs ?? 0) : own.count(accountId, filter),
    listAll: all.list,
    countAll: all.count,
  };
}

function prepareStatements(db: Db) {
  const { id, environment, requestId } = jobs;
  const by = boundTo({ id, environment, requestId });
  return {
    find: db.select().from(jobs).where(eq(id, by.id)).prepare('job_find'),
    findMany: db
      .select()
      .from(jobs)
      .where(sql`${id} = ANY(${sql.placeholder('ids')}::text[])`)
      .prepare('jobs_find'),
    findByRequest: db
      .select()
      .from(jobs)
      .where(and(eq(environment, by.environment), eq(requestId, by.requestId)))
      .orderBy(desc(id))
      .limit(1)
      .prepare('job_find_by_request'),
  };
}
