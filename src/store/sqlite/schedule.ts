import { and, asc, count, eq, gt, lte, min, or, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../domain/change.ts';
import { type Environment, isEnded, type Job } from '../../domain/job.ts';
import type { ClaimOrder, Due } from '../../ports.ts';
import type { WriteChange } from './changes.ts';
import { jobOf } from './rows.ts';
import { boundTo, type Db, perLimit } from './statements.ts';
import { jobs } from './tables/jobs.ts';
import { hasDeadline, isBeingSent, isLookedAt, isUnsent } from './tables/terms.ts';

/** What is to be done about a job that has fallen due; null is a mistake, and puts it off. */
export type Decide = (job: Job) => Change | null;

/** The work that falls due. `claim` runs inside the caller's transaction. */
export type Schedule = {
  readonly claim: (order: ClaimOrder, now: number, decide: Decide) => readonly Change[];
  readonly due: (environment: Environment, now: number, limit: number) => Due;
};

/** A row for which nothing could be decided must neither be lost nor claimed over and over. */
const putOffMs = 60_000;

/** Prepares the statements that find due work. */
export function createSchedule(db: Db, write: WriteChange): Schedule {
  const { submits, looks, leases, deadlines, putOff, findNext } = prepareStatements(db);

  const take = (rows: readonly Job[], now: number, decide: Decide): readonly Change[] =>
    rows.flatMap((job) => {
      const change = decide(job);
      if (change !== null && write(change, now)) return change;
      putOff.run({ id: job.id, pollAt: isEnded(job) ? null : now + putOffMs });
      return [];
    });

  return {
    claim: (order, now, decide) => {
      const at = { environment: order.environment, now };
      const ended = leases.read(order.endings).all(at);
      // Claimed in this order, each read after what came before was written: a row belongs to one kind.
      return [
        ...take(ended.map(jobOf), now, decide),
        ...take(
          deadlines
            .read(order.endings - ended.length)
            .all(at)
            .map(jobOf),
          now,
          decide,
        ),
        ...take(submits.read(order.submits).all(at).map(jobOf), now, decide),
        ...take(looks.read(order.looks).all(at).map(jobOf), now, decide),
      ];
    },
    due: (environment, now, limit) => {
      const at = { environment, now };
      const countOf = (work: Work) => work.count(limit).get(at)?.count ?? 0;
      const nexts = findNext.map((statement) => statement.get(at)?.pollAt ?? null).filter((next) => next !== null);
      return {
        submits: countOf(submits),
        looks: countOf(looks),
        endings: Math.min(limit, countOf(leases) + countOf(deadlines)),
        nextAt: nexts.length === 0 ? null : Math.min(...nexts),
      };
    },
  };
}

type Work = ReturnType<typeof prepareWork>;

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt, deadlineAt } = jobs;
  const now = sql`${sql.placeholder('now')}`;
  const by = boundTo({ id, environment, pollAt });
  const isBeforeDeadline = gt(deadlineAt, now);
  const next = (where: SQL | undefined) =>
    db
      .select({ pollAt: min(pollAt) })
      .from(jobs)
      .where(and(eq(environment, by.environment), where, gt(pollAt, now)))
      .prepare();
  return {
    submits: prepareWork(db, and(isUnsent(state), isBeforeDeadline), pollAt),
    looks: prepareWork(db, and(isLookedAt(state, pollAt), or(eq(state, sql`'FAILED'`), isBeforeDeadline)), pollAt),
    leases: prepareWork(db, isBeingSent(state), pollAt),
    deadlines: prepareWork(db, and(hasDeadline(state), lte(deadlineAt, now)), deadlineAt),
    putOff: db.update(jobs).set({ pollAt: by.pollAt }).where(eq(id, by.id)).prepare(),
    findNext: [isUnsent(state), isLookedAt(state, pollAt), isBeingSent(state)].map(next),
  };
}

/** One kind of work that has fallen due in an environment, oldest first. */
function prepareWork(db: Db, isOfKind: SQL | undefined, age: typeof jobs.pollAt | typeof jobs.deadlineAt) {
  const { environment, pollAt } = jobs;
  const isDue = and(
    eq(environment, boundTo({ environment }).environment),
    isOfKind,
    lte(pollAt, sql`${sql.placeholder('now')}`),
  );
  return {
    read: perLimit((limit) => db.select().from(jobs).where(isDue).orderBy(asc(age)).limit(limit).prepare()),
    count: perLimit((limit) => {
      const some = db
        .select({ one: sql`1`.as('one') })
        .from(jobs)
        .where(isDue)
        .limit(limit)
        .as('some');
      return db.select({ count: count() }).from(some).prepare();
    }),
  };
}
