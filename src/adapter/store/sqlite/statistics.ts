import { and, asc, count, desc, eq, gt, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { Environment, Job } from '../../../domain/job.ts';
import type { Losses, RunningCounts } from '../../../ports.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isBeingSent, isOrdinary, isPolled, isUnsent, isWithoutResult } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';

/** Statistics over all jobs of an environment. */
export type Statistics = {
  readonly durations: (environment: Environment, limit: number) => readonly number[];
  readonly countRunning: (environment: Environment) => RunningCounts;
  readonly losses: (environment: Environment) => Losses;
  /** Newest first. */
  readonly listLosses: (environment: Environment, limit: number) => readonly Job[];
  /** By the time of the next try, soonest first. */
  readonly listTroubled: (environment: Environment, limit: number) => readonly Job[];
};

/** Prepares the statistical queries. */
export function createStatistics(db: Db): Statistics {
  const { environment, state, prompt, finishedAt, submittedAt, failureCode, lateVideoUrl, copyLost } = jobs;
  const inEnvironment = eq(environment, boundTo({ environment }).environment);
  const durations = perLimit((limit) =>
    db
      .select({ ms: sql<number>`max(0, ${finishedAt} - ${submittedAt})` })
      .from(jobs)
      .where(and(inEnvironment, sql`${state} = 'COMPLETED'`, isOrdinary(prompt)))
      .orderBy(desc(finishedAt))
      .limit(limit)
      .prepare(),
  );
  const counter = (where: SQL) => db.select({ count: count() }).from(jobs).where(and(inEnvironment, where)).prepare();
  // The indexes end with the rowid, which is in the order of the ids, so SQLite need not sort.
  const lister = (where: SQL) =>
    perLimit((limit) =>
      db.select().from(jobs).where(and(inEnvironment, where)).orderBy(desc(sql`rowid`)).limit(limit).prepare(),
    );
  const isUnconfirmed = sql`${failureCode} = 'SUBMISSION_UNCONFIRMED'`;
  const isLate = isNotNull(lateVideoUrl);
  const isVain = isWithoutResult(jobs);
  const isLost = sql`${copyLost}`;
  const [unconfirmed, lateVideos, withoutResult] = [counter(isUnconfirmed), counter(isLate), counter(isVain)];
  const lostVideos = counter(isLost);
  const listers = [lister(isUnconfirmed), lister(isLate), lister(isVain), lister(isLost)];
  return {
    durations: (of, limit) =>
      durations(limit)
        .all({ environment: of })
        .map(({ ms }) => ms / 1000),
    losses: (of) => ({
      unconfirmed: unconfirmed.get({ environment: of })?.count ?? 0,
      lateVideos: lateVideos.get({ environment: of })?.count ?? 0,
      withoutResult: withoutResult.get({ environment: of })?.count ?? 0,
      lostVideos: lostVideos.get({ environment: of })?.count ?? 0,
    }),
    listLosses: (of, limit) => {
      const rows = listers.flatMap((list) => list(limit).all({ environment: of }));
      // A job may be in two lists.
      const byId = new Map(rows.map((row) => [row.id, row]));
      const newestFirst = [...byId.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
      return newestFirst.slice(0, limit).map(jobOf);
    },
    listTroubled: createListTroubled(db),
    countRunning: createCountRunning(db),
  };
}

/** Scans the running jobs in the order of `pollAt`. They are few compared with the ended ones, so `faults` needs no index. */
function createListTroubled(db: Db): Statistics['listTroubled'] {
  const { environment, state, pollAt, faults, providerMessage } = jobs;
  const inEnvironment = eq(environment, boundTo({ environment }).environment);
  const lister = (where: SQL | undefined) =>
    perLimit((limit) =>
      db
        .select()
        .from(jobs)
        .where(and(inEnvironment, where, or(gt(faults, sql`0`), isNotNull(providerMessage))))
        .orderBy(asc(pollAt))
        .limit(limit)
        .prepare(),
    );
  const isRunning = sql`${state} <> 'FAILED'`;
  const listers = [lister(isUnsent(state)), lister(and(isPolled(state, pollAt), isRunning))];
  return (of, limit) => {
    const rows = listers.flatMap((list) => list(limit).all({ environment: of }));
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
  const counter = (where: SQL | undefined) =>
    db.select({ count: count() }).from(jobs).where(and(inEnvironment, where)).prepare();
  const [unsent, beingSent] = [counter(isUnsent(state)), counter(isBeingSent(state))];
  const polled = isPolled(state, pollAt);
  const [queued, processing] = [
    counter(and(polled, sql`${state} = 'QUEUED'`)),
    counter(and(polled, sql`${state} = 'PROCESSING'`)),
  ];
  return (of) => {
    const countOf = (counted: typeof unsent) => counted.get({ environment: of })?.count ?? 0;
    return {
      PENDING: countOf(unsent),
      SUBMITTING: countOf(beingSent),
      QUEUED: countOf(queued),
      PROCESSING: countOf(processing),
    };
  };
}
