import { and, asc, desc, eq, getTableColumns, gt, gte, lt, lte, sql } from 'drizzle-orm';
import { type Job, type JobEvent, statusOf } from '../../../domain/job.ts';
import type { FeedPage, Page, Slice } from '../../../ports.ts';
import { type End, numberKeys } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import type { Accounts } from './accounts.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { type Listed, sliceOf } from './paging.ts';
import { jobEvents } from './tables/histories.ts';

/** The events of jobs: by version they are a job's history, by feed number an account's feed. */
export type History = {
  /** Inserts an event for a job's new state. `feed` is the number that the account has just drawn. */
  readonly append: (job: Job, feed: number, message: string, occurredAt: number) => void;
  /** Replaces a sentence in the history of a deleted job. */
  readonly reword: (jobId: string, message: string, by: string) => void;
  readonly list: (jobId: string, page: Page<number>) => Slice<JobEvent>;
  readonly readFeed: (accountId: string, afterNumber: number, limit: number) => FeedPage;
};

/** Prepares the statements on job events. */
export function createHistory(db: Db, accounts: Accounts): History {
  const { insert, reword, read, readFeed } = prepareStatements(db);
  const listOf = (jobId: string): Listed<JobEvent, number> => ({
    rising: true,
    keys: numberKeys,
    keyOf: (event) => event.version,
    read: (keyRange, end, limit) => read[end](limit).all({ ...keyRange, jobId }),
  });
  return {
    append: ({ id: jobId, accountId, version, state }, feed, message, occurredAt) => {
      insert({ jobId, accountId, version, feed, status: statusOf(state), message, occurredAt });
    },
    reword: (jobId, message, by) => void reword({ jobId, message, by }),
    list: (jobId, page) => sliceOf(listOf(jobId), page),
    readFeed: (accountId, after, limit) => {
      // Reads the head first and no event after it, because another connection may commit in between.
      const head = accounts.find(accountId)?.feed ?? 0;
      return { events: readFeed(limit).all({ accountId, after, head }), head };
    },
  };
}

function prepareStatements(db: Db) {
  const { jobId, version, accountId, feed, status, message, occurredAt } = jobEvents;
  const by = boundTo({ jobId, version, accountId, feed, status, message, occurredAt });
  const select = () => db.select().from(jobEvents);
  const range = and(
    eq(jobId, by.jobId),
    gte(version, sql`${sql.placeholder('from')}`),
    lt(version, sql`${sql.placeholder('to')}`),
  );
  const read = (end: End) =>
    perLimit((limit) =>
      select()
        .where(range)
        .orderBy(end === 'low' ? asc(version) : desc(version))
        .limit(limit)
        .prepare(),
    );
  const ofAccount = eq(accountId, by.accountId);
  return {
    insert: prepareWrite(db, db.insert(jobEvents).values(by)),
    reword: prepareWrite(
      db,
      db
        .update(jobEvents)
        .set({ message: sql`${sql.placeholder('by')}` })
        .where(and(eq(jobId, by.jobId), eq(message, by.message))),
    ),
    read: { low: read('low'), high: read('high') },
    readFeed: perLimit((limit) =>
      prepareRows(
        db,
        getTableColumns(jobEvents),
        select()
          .where(and(ofAccount, gt(feed, sql`${sql.placeholder('after')}`), lte(feed, sql`${sql.placeholder('head')}`)))
          .orderBy(asc(feed))
          .limit(limit),
      ),
    ),
  };
}
