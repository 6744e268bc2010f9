import { and, asc, eq, getTableColumns, gt, lte, min, or, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../domain/change.ts';
import { type Environment, isEnded, type Job } from '../../domain/job.ts';
import type { ClaimOrder, Decide, Due } from '../../ports.ts';
import { boundTo } from '../bound.ts';
import { jobOf } from '../rows.ts';
import { hasDeadline, isBeingSent, isLookedAt, isUnsent } from '../terms.ts';
import type { WriteChange } from './changes.ts';
import type { KnownJobs } from './known-jobs.ts';
import { prepareRows, prepareWrite } from './prepared.ts';
import { type Db, perLimit } from './statements.ts';
import { jobs } from './tables/jobs.ts';

/** The work that falls due. `claim` runs inside the caller's transaction. */
export type Schedule = {
  readonly claim: (order: ClaimOrder, now: number, decide: Decide) => readonly Change[];
  readonly due: (environment: Environment, now: number, limit: number) => Due;
};

/** A row for which nothing could be decided must neither be lost nor claimed over and over. */
const putOffMs = 60_000;

/** Prepares the statements that find due work. */
export function createSchedule(db: Db, { write, known }: { write: WriteChange; known: KnownJobs }): Schedule {
  const { submits, looks, leases, deadlines, find, putOff, countDue } = prepareStatements(db);

  const take = (rows: readonly Job[], now: number, decide: Decide): readonly Change[] =>
    rows.flatMap((job) => {
      const change = decide(job, now);
      if (change !== null && write(change, now)) return change;
      putOff({ id: job.id, pollAt: isEnded(job) ? null : now + putOffMs });
      known.written(job.id, null);
      return [];
    });

  return {
    claim: (order, now, decide) => {
      const current = known.current();
      const rowsOf = (read: typeof looks, limit: number): readonly Job[] =>
        limit === 0
          ? []
          : read(limit)
              .all({ environment: order.environment, now })
              .map(({ id }) => current.get(id) ?? jobOf(sureOf(find.get({ id }))));
      const ended = rowsOf(leases, order.endings);
      // Claimed in this order, each read after what came before was written: a row belongs to one kind.
      return [
        ...take(ended, now, decide),
        ...take(rowsOf(deadlines, order.endings - ended.length), now, decide),
        ...take(rowsOf(submits, order.submits), now, decide),
        ...take(rowsOf(looks, order.looks), now, decide),
      ];
    },
    due: (environment, now, limit) => {
      const found = countDue(limit).get({ environment, now });
      if (found === undefined) throw new Error('What is due could not be counted.');
      const nexts = [found.nextSubmitAt, found.nextLookAt, found.nextLeaseAt].filter((next) => next !== null);
      return {
        submits: found.submits,
        looks: found.looks,
        endings: Math.min(limit, found.leases + found.deadlines),
        nextAt: nexts.length === 0 ? null : Math.min(...nexts),
      };
    },
  };
}

function sureOf<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('A row that was due is gone.');
  return row;
}

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt, deadlineAt } = jobs;
  const now = sql`${sql.placeholder('now')}`;
  const by = boundTo({ id, environment, pollAt });
  const isBeforeDeadline = gt(deadlineAt, now);
  const isDue = {
    submits: dueWhere(and(isUnsent(state), isBeforeDeadline)),
    looks: dueWhere(and(isLookedAt(state, pollAt), or(eq(state, sql`'FAILED'`), isBeforeDeadline))),
    leases: dueWhere(isBeingSent(state)),
    deadlines: dueWhere(and(hasDeadline(state), lte(deadlineAt, now))),
  };
  const read = (where: SQL | undefined, age: typeof pollAt | typeof deadlineAt) =>
    perLimit((limit) =>
      prepareRows(db, { id }, db.select({ id }).from(jobs).where(where).orderBy(asc(age)).limit(limit)),
    );
  const next = (where: SQL | undefined) =>
    sql<number | null>`(${db
      .select({ pollAt: min(pollAt) })
      .from(jobs)
      .where(and(eq(environment, by.environment), where, gt(pollAt, now)))})`;

  return {
    submits: read(isDue.submits, pollAt),
    looks: read(isDue.looks, pollAt),
    leases: read(isDue.leases, pollAt),
    deadlines: read(isDue.deadlines, deadlineAt),
    find: prepareRows(db, getTableColumns(jobs), db.select().from(jobs).where(eq(id, by.id))),
    putOff: prepareWrite(db, db.update(jobs).set({ pollAt: by.pollAt }).where(eq(id, by.id))),
    // Asked at every round: one statement costs a fifth of what seven do.
    countDue: perLimit((limit) => {
      const count = (where: SQL | undefined) =>
        sql<number>`(SELECT count(*) FROM ${db
          .select({ one: sql`1`.as('one') })
          .from(jobs)
          .where(where)
          .limit(limit)
          .as('some')})`;
      const counts = {
        submits: count(isDue.submits),
        looks: count(isDue.looks),
        leases: count(isDue.leases),
        deadlines: count(isDue.deadlines),
        nextSubmitAt: next(isUnsent(state)),
        nextLookAt: next(isLookedAt(state, pollAt)),
        nextLeaseAt: next(isBeingSent(state)),
      };
      return prepareRows(db, counts, db.select(counts).from(sql`(SELECT 1) AS some`));
    }),
  };
}

/** Where one kind of work has fallen due in an environment. */
function dueWhere(isOfKind: SQL | undefined): SQL | undefined {
  const { environment, pollAt } = jobs;
  const by = boundTo({ environment });
  return and(eq(environment, by.environment), isOfKind, lte(pollAt, sql`${sql.placeholder('now')}`));
}
