import { and, asc, count, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Job, JobState } from '../../../domain/job.ts';
import type { JobFilter, Page, Slice } from '../../../ports.ts';
import { jobStates, statesOf } from '../shared/enums.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { jobs } from './tables/jobs.ts';

/** Reads jobs by id and in lists. */
export type Jobs = {
  readonly find: (id: string) => Promise<Job | null>;
  /** In the order of the ids; unknown ids are left out. */
  readonly findMany: (ids: readonly string[]) => Promise<readonly Job[]>;
  readonly list: (accountId: string, filter: JobFilter, page: Page<string>) => Promise<Slice<Job>>;
  readonly count: (accountId: string, filter: JobFilter) => Promise<number>;
};

/** Prepares the statements that read jobs. */
export function createJobs(db: Db, accounts: Accounts): Jobs {
  const statements = prepareStatements(db);
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
    list: (accountId, filter, page) => sliceOf(listOf(statements, accountId, filter), page),
    count: async (accountId, filter) => {
      const parts = partsOf(filter);
      if (parts === null) return (await accounts.find(accountId))?.jobs ?? 0;
      const { count } = filter.externalId === null ? statements.inState : statements.withExternalId;
      let sum = 0;
      for (const part of parts) sum += firstOf(await count.execute({ ...part, accountId }))?.count ?? 0;
      return sum;
    },
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Db) {
  const { id, accountId, state, externalId } = jobs;
  const by = boundTo({ id, accountId, state, externalId });
  const ofAccount = eq(accountId, by.accountId);
  const ofState = and(ofAccount, eq(state, by.state));
  const ofExternalId = and(ofState, eq(externalId, by.externalId));
  const prepareCount = (where: SQL | undefined, name: string) =>
    db.select({ count: count() }).from(jobs).where(where).prepare(name);
  return {
    find: db.select().from(jobs).where(eq(id, by.id)).prepare('job_find'),
    findMany: db
      .select()
      .from(jobs)
      .where(sql`${id} = ANY(${sql.placeholder('ids')}::text[])`)
      .prepare('jobs_find'),
    all: { read: prepareRead(db, ofAccount, 'jobs_all') },
    inState: { read: prepareRead(db, ofState, 'jobs_in_state'), count: prepareCount(ofState, 'jobs_in_state_count') },
    withExternalId: {
      read: prepareRead(db, ofExternalId, 'jobs_external'),
      count: prepareCount(ofExternalId, 'jobs_external_count'),
    },
  };
}

/** Prepares the reads of a range of ids from either end. */
function prepareRead(db: Db, where: SQL | undefined, name: string) {
  const { id } = jobs;
  const range = and(where, gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  const from = (end: End) =>
    db
      .select()
      .from(jobs)
      .where(range)
      .orderBy(end === 'low' ? asc(id) : desc(id))
      .limit(sql.placeholder('limit'))
      .prepare(`${name}_${end}`);
  return { low: from('low'), high: from('high') };
}

/** A part of an account's jobs that one index has in the order of the ids. */
type Part = { readonly state: JobState; readonly externalId: string | null };

/** Splits a filter into these parts, so that no page scans or sorts other jobs. Null when it filters nothing. */
function partsOf({ status, externalId }: JobFilter): readonly Part[] | null {
  if (status === null && externalId === null) return null;
  const states = status === null ? jobStates : statesOf(status);
  return states.map((state) => ({ state, externalId }));
}

/** An account's jobs, newest first. */
function listOf(statements: Statements, accountId: string, filter: JobFilter): Listed<Job, string> {
  const parts = partsOf(filter) ?? [{}];
  const { read } =
    filter.externalId !== null
      ? statements.withExternalId
      : filter.status === null
        ? statements.all
        : statements.inState;
  return {
    rising: false,
    keys: idKeys,
    read: async (keyRange, end, limit) => {
      const rows: Awaited<ReturnType<typeof read.low.execute>> = [];
      for (const part of parts) rows.push(...(await read[end].execute({ ...part, ...keyRange, accountId, limit })));
      if (parts.length > 1) rows.sort((one, other) => (one.id < other.id === (end === 'low') ? -1 : 1));
      return rows.slice(0, limit).map(jobOf);
    },
  };
}
