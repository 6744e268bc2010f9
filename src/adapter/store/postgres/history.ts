import { and, asc, desc, eq, gt, gte, lt, lte, sql } from 'drizzle-orm';
import { type Job, type JobEvent, statusOf } from '../../../domain/job.ts';
import type { FeedPage, Page, Slice } from '../../../ports.ts';
import { type End, numberKeys } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import type { Accounts } from './accounts.ts';
import type { Db } from './engine/statements.ts';
import { type Listed, sliceOf } from './paging.ts';
import { jobEvents } from './tables/histories.ts';

/** The events of jobs: by version they are a job's history, by feed number an account's feed. */
export type History = {
  /** Inserts an event for a job's new state. `feed` is the number that the account has just drawn. */
  readonly append: (job: Job, feed: number, message: string, occurredAt: number) => Promise<void>;
  /** Replaces a sentence in the history of a deleted job. */
  readonly reword: (jobId: string, message: string, by: string) => Promise<void>;
  readonly list: (jobId: string, page: Page<number>) => Promise<Slice<JobEvent>>;
  readonly readFeed: (accountId: string, afterNumber: number, limit: number) => Promise<FeedPage>;
};

/** Prepares the statements on job events. */
export function createHistory(db: Db, accounts: Accounts): History {
  const { insert, reword, read, readFeed } = prepareStatements(db);
  const listOf = (jobId: string): Listed<JobEvent, number> => ({
    rising: true,
    keys: numberKeys,
    read: (keyRange, end, limit) => read[end].execute({ ...keyRange, jobId, limit }),
  });
  return {
    append: async ({ id: jobId, accountId, version, state }, feed, message, occurredAt) => {
      await insert.execute({ jobId, accountId, version, feed, status: statusOf(state), message, occurredAt });
    },
    reword: async (jobId, message, by) => {
      await reword.execute({ jobId, message, by });
    },
    list: (jobId, page) => sliceOf(listOf(jobId), page),
    readFeed: async (accountId, after, limit) => {
      // Reads the head first and no event after it, because another node may commit in between.
      const head = (await accounts.find(accountId))?.feed ?? 0;
      return { events: await readFeed.execute({ accountId, after, head, limit }), head };
    },
  };
}

function prepareStatements(db: Db) {
  const { jobId, version, accountId, feed, status, message, occurredAt } = jobEvents;
  const by = boundTo({ jobId, version, accountId, feed, status, message, occurredAt });
  const limit = sql.placeholder('limit');
  const select = () => db.select().from(jobEvents);
  const range = and(
    eq(jobId, by.jobId),
    gte(version, sql`${sql.placeholder('from')}::bigint`),
    lt(version, sql`${sql.placeholder('to')}::bigint`),
  );
  const read = (end: End) =>
    select()
      .where(range)
      .orderBy(end === 'low' ? asc(version) : desc(version))
      .limit(limit)
      .prepare(`events_read_${end}`);
  const ofAccount = eq(accountId, by.accountId);
  return {
    reword: db
      .update(jobEvents)
      .set({ message: sql`${sql.placeholder('by')}::text` })
      .where(and(eq(jobId, by.jobId), eq(message, by.message)))
      .prepare('job_event_reword'),
    insert: db.insert(jobEvents).values(by).prepare('event_insert'),
    read: { low: read('low'), high: read('high') },
    readFeed: select()
      .where(and(ofAccount, gt(feed, sql`${sql.placeholder('after')}`), lte(feed, sql`${sql.placeholder('head')}`)))
      .orderBy(asc(feed))
      .limit(limit)
      .prepare('feed_read'),
  };
}
