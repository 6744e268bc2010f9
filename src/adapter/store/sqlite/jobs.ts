import { and, asc, count, desc, eq, getTableColumns, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Job, JobState } from '../../../domain/job.ts';
import type { JobFilter, Page, Slice } from '../../../ports.ts';
import { jobStates, statesOf } from '../shared/enums.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import { prepareRows } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { jobs } from './tables/jobs.ts';

/** Reads jobs by id and in lists. */
export type Jobs = {
  readonly find: (id: string) => Job | null;
  /** In the order of the ids; unknown ids are left out. */
  readonly findMany: (ids: readonly string[]) => readonly Job[];
  readonly list: (accountId: string, filter: JobFilter, page: Page<string>) => Slice<Job>;
  readonly count: (accountId: string, filter: JobFilter) => number;
};

/** The number of jobs that one statement reads at most. */
const maxIds = 256;

/** Prepares the statements that read jobs. */
export function createJobs(db: Db, accounts: Accounts): Jobs {
  const statements = prepareStatements(db);
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
    list: (accountId, filter, page) => sliceOf(listOf(statements, accountId, filter), page),
    count: (accountId, filter) => {
      const parts = partsOf(filter);
      if (parts === null) return accounts.find(accountId)?.jobs ?? 0;
      const { count } = filter.externalId === null ? statements.inState : statements.withExternalId;
      return parts.reduce((sum, part) => sum + (count.get({ ...part, accountId })?.count ?? 0), 0);
    },
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Db) {
  const { id, accountId, state, externalId } = jobs;
  const by = boundTo({ id, accountId, state, externalId });
  const ofAccount = eq(accountId, by.accountId);
  // Without this hint SQLite uses the narrower index of all jobs, and skips those in other states one by one.
  const ofState = and(ofAccount, sql`unlikely(${state} = ${by.state})`);
  const ofExternalId = and(ofState, eq(externalId, by.externalId));
  const counter = (where: SQL | undefined) => db.select({ count: count() }).from(jobs).where(where).prepare();
  return {
    find: prepareRows(db, getTableColumns(jobs), db.select().from(jobs).where(eq(id, by.id))),
    findMany: prepareRows(
      db,
      getTableColumns(jobs),
      db
        .select()
        .from(jobs)
        .where(sql`${id} IN (SELECT value FROM json_each(${sql.placeholder('ids')}))`),
    ),
    all: { read: prepareRead(db, ofAccount) },
    inState: { read: prepareRead(db, ofState), count: counter(ofState) },
    withExternalId: { read: prepareRead(db, ofExternalId), count: counter(ofExternalId) },
  };
}

/** Prepares the reads of a range of ids from either end. */
function prepareRead(db: Db, where: SQL | undefined) {
  const { id } = jobs;
  const range = and(where, gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  const from = (order: SQL) =>
    perLimit((limit) =>
      prepareRows(db, getTableColumns(jobs), db.select().from(jobs).where(range).orderBy(order).limit(limit)),
    );
  return { low: from(asc(id)), high: from(desc(id)) };
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
    keyOf: (job) => job.id,
    read: (keyRange, end, limit) => {
      const rows = parts.map((part) => read[end](limit).all({ ...part, ...keyRange, accountId }));
      return merged(rows, end).slice(0, limit).map(jobOf);
    },
  };
}

/** Merges lists that are sorted by id, each from the same end, into one list from that end. */
function merged<Row extends { readonly id: string }>(lists: readonly (readonly Row[])[], end: End): readonly Row[] {
  const [only, ...others] = lists;
  if (only !== undefined && others.length === 0) return only;
  const rising = lists.flat().sort((one, other) => (one.id < other.id ? -1 : 1));
  return end === 'low' ? rising : rising.reverse();
}
