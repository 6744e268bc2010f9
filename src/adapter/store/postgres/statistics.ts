import { and, asc, count, desc, eq, gt, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { Environment, Job } from '../../../domain/job.ts';
import type { Losses, RunningCounts } from '../../../ports.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isBeingSent, isOrdinary, isPolled, isUnsent, isWithoutResult } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';

/** Statistics over all jobs of an environment. */
export type Statistics = {
  readonly durations: (environment: Environment, limit: number) => Promise<readonly number[]>;
  readonly countRunning: (environment: Environment) => Promise<RunningCounts>;
  readonly losses: (environment: Environment) => Promise<Losses>;
  /** Newest first. */
  readonly listLosses: (environment: Environment, limit: number) => Promise<readonly Job[]>;
  /** By the time of the next try, soonest first. */
  readonly listTroubled: (environment: Environment, limit: number) => Promise<readonly Job[]>;
};

/** Prepares the statistical queries. */
export function createStatistics(db: Db): Statistics {
  const { durations, unconfirmed, lateVideos, withoutResult, lostVideos } = prepareStatements(db);
  return {
    durations: async (environment, limit) => {
      const rows = await durations.execute({ environment, limit });
      return rows.map(({ ms }) => ms / 1000);
    },
    losses: async (environment) => ({
      unconfirmed: firstOf(await unconfirmed.count.execute({ environment }))?.count ?? 0,
      lateVideos: firstOf(await lateVideos.count.execute({ environment }))?.count ?? 0,
      withoutResult: firstOf(await withoutResult.count.execute({ environment }))?.count ?? 0,
      lostVideos: firstOf(await lostVideos.count.execute({ environment }))?.count ?? 0,
    }),
    listLosses: async (environment, limit) => {
      const rows = [
        ...(await unconfirmed.list.execute({ environment, limit })),
        ...(await lateVideos.list.execute({ environment, limit })),
        ...(await withoutResult.list.execute({ environment, limit })),
        ...(await lostVideos.list.execute({ environment, limit })),
      ];
      // A job may be in two lists.
      const byId = new Map(rows.map((row) => [row.id, row]));
      const newestFirst = [...byId.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
      return newestFirst.slice(0, limit).map(jobOf);
    },
    listTroubled: createListTroubled(db),
    countRunning: createCountRunning(db),
  };
}

function prepareStatements(db: Db) {
  const { id, environment, state, prompt, finishedAt, submittedAt, failureCode, lateVideoUrl, copyLost } = jobs;
  const inEnvironment = eq(environment, boundTo({ environment }).environment);
  const limit = sql.placeholder('limit');
  const prepare = (where: SQL, name: string) => ({
    count: db.select({ count: count() }).from(jobs).where(and(inEnvironment, where)).prepare(`${name}_count`),
    list: db
      .select()
      .from(jobs)
      .where(and(inEnvironment, where))
      .orderBy(desc(id))
      .limit(limit)
      .prepare(`${name}_list`),
  });
  return {
    durations: db
      .select({ ms: sql`greatest(0, ${finishedAt} - ${submittedAt})`.mapWith(Number) })
      .from(jobs)
      .where(and(inEnvironment, sql`${state} = 'COMPLETED'`, isOrdinary(prompt)))
      .orderBy(desc(finishedAt))
      .limit(limit)
      .prepare('durations'),
    unconfirmed: prepare(sql`${failureCode} = 'SUBMISSION_UNCONFIRMED'`, 'unconfirmed'),
    lateVideos: prepare(isNotNull(lateVideoUrl), 'late'),
    withoutResult: prepare(isWithoutResult(jobs), 'without_result'),
    lostVideos: prepare(sql`${copyLost}`, 'lost_videos'),
  };
}

/** Scans the running jobs in the order of `pollAt`. They are few compared with the ended ones, so `faults` needs no index. */
function createListTroubled(db: Db): Statistics['listTroubled'] {
  const { environment, state, pollAt, faults, providerMessage } = jobs;
  const inEnvironment = eq(environment, boundTo({ environment }).environment);
  const lister = (where: SQL | undefined, name: string) =>
    db
      .select()
      .from(jobs)
      .where(and(inEnvironment, where, or(gt(faults, sql`0`), isNotNull(providerMessage))))
      .orderBy(asc(pollAt))
      .limit(sql.placeholder('limit'))
      .prepare(name);
  const unsent = lister(isUnsent(state), 'troubled_unsent');
  const polled = lister(and(isPolled(state, pollAt), sql`${state} <> 'FAILED'`), 'troubled_polled');
  return async (of, limit) => {
    const at = { environment: of, limit };
    const rows = [...(await unsent.execute(at)), ...(await polled.execute(at))];
    return rows
      .toSorted((a, b) => (a.pollAt ?? 0) - (b.pollAt ?? 0))
      .slice(0, limit)
      .map(jobOf);
  };
}

/** Counts along the indexes of due rows, which hold the jobs that have not ended. */
function createCountRunning(db: Db): Statistics['countRunning'] {
  const { environment, state, pollAt } = jobs;
  const inEnvironment = eq(environment, boundTo({ environment }).environment);
  const counter = (where: SQL | undefined, name: string) =>
    db.select({ count: count() }).from(jobs).where(and(inEnvironment, where)).prepare(name);
  const polled = isPolled(state, pollAt);
  const unsent = counter(isUnsent(state), 'running_unsent');
  const beingSent = counter(isBeingSent(state), 'running_sent');
  const queued = counter(and(polled, sql`${state} = 'QUEUED'`), 'running_queued');
  const processing = counter(and(polled, sql`${state} = 'PROCESSING'`), 'running_processing');
  return async (of) => {
    const countOf = async (counted: typeof unsent) => firstOf(await counted.execute({ environment: of }))?.count ?? 0;
    return {
      PENDING: await countOf(unsent),
      SUBMITTING: await countOf(beingSent),
      QUEUED: await countOf(queued),
      PROCESSING: await countOf(processing),
    };
  };
}
