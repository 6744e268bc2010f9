import { and, asc, eq, gt, lte, min, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../domain/change.ts';
import { type Environment, isEnded, type Job } from '../../domain/job.ts';
import type { ClaimOrder, Decide, Due } from '../../ports.ts';
import { boundTo } from '../bound.ts';
import { isBeingSent, isLookedAt as isLookedAtIn, isUnsent } from '../terms.ts';
import { environments } from '../words.ts';
import type { WriteChange } from './changes.ts';
import type { Jobs } from './jobs.ts';
import type { KnownJobs } from './known-jobs.ts';
import { isLookedAt, type LookedAt, type LookSchedule } from './look-schedule.ts';
import { prepareRows, prepareWrite } from './prepared.ts';
import { type Db, perLimit } from './statements.ts';
import { jobs as table } from './tables/jobs.ts';

/** The work that falls due. `claim` runs inside the caller's transaction. */
export type Schedule = {
  readonly claim: (order: ClaimOrder, now: number, decide: Decide) => readonly Change[];
  readonly due: (environment: Environment, now: number, limit: number) => Due;
};

/** A row for which nothing could be decided must neither be lost nor claimed over and over. */
const putOffMs = 60_000;

/** A limit that is asked for often enough to have its statements prepared: how much is free differs from round to round. */
function roundOf(limit: number): number {
  return limit === 0 ? 0 : 2 ** Math.ceil(Math.log2(limit));
}

/** What due work is found and taken with. */
type ScheduleParts = {
  readonly write: WriteChange;
  readonly known: KnownJobs;
  readonly jobs: Pick<Jobs, 'peekMany'>;
  readonly looks: LookSchedule;
};

/** Prepares the statements that find due work. */
export function createSchedule(db: Db, { write, known, jobs, looks }: ScheduleParts): Schedule {
  const { submits, leases, deadlines, putOff, countDue } = prepareStatements(db);

  const take = (rows: readonly Job[], now: number, decide: Decide): readonly Change[] =>
    rows.flatMap((job) => {
      const change = decide(job, now);
      if (change !== null && write(change, now)) return change;
      const later = { ...job, pollAt: isEnded(job) ? null : now + putOffMs };
      putOff(later);
      known.written(later);
      return [];
    });

  /** The jobs that the schedule of looks holds to be due; one that is not what it was taken for is placed anew. */
  const lookedAt = (ids: readonly string[]): readonly Job[] =>
    jobs.peekMany(ids).filter((job) => {
      if (isLookedAt(job)) return true;
      known.written(job);
      return false;
    });

  return {
    claim: (order, now, decide) => {
      const { environment } = order;
      const rowsOf = (read: typeof submits, limit: number): readonly Job[] => {
        if (limit === 0) return [];
        const rows = read(roundOf(limit)).all({ environment, now }).slice(0, limit);
        return jobs.peekMany(rows.map(({ id }) => id));
      };
      const leased = rowsOf(leases, order.endings);
      const unsent = rowsOf(deadlines, order.endings - leased.length);
      const expired = looks.endings(environment, now, order.endings - leased.length - unsent.length);
      return [
        ...take([...leased, ...unsent, ...lookedAt(expired)], now, decide),
        ...take(rowsOf(submits, order.submits), now, decide),
        ...take(lookedAt(looks.looks(environment, now, order.looks)), now, decide),
      ];
    },
    due: (environment, now, limit) => {
      const found = countDue(roundOf(limit)).get({ environment, now });
      if (found === undefined) throw new Error('What is due could not be counted.');
      const dueLooks = looks.due(environment, now, limit);
      const nexts = [found.nextSubmitAt, dueLooks.nextAt, found.nextLeaseAt].filter((next) => next !== null);
      return {
        submits: Math.min(limit, found.submits),
        looks: dueLooks.looks,
        endings: Math.min(limit, found.leases + found.deadlines + dueLooks.endings),
        nextAt: nexts.length === 0 ? null : Math.min(...nexts),
      };
    },
  };
}

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt, deadlineAt } = table;
  const now = sql`${sql.placeholder('now')}`;
  const by = boundTo({ id, environment, pollAt });
  const isDue = {
    submits: dueWhere(and(isUnsent(state), gt(deadlineAt, now))),
    leases: dueWhere(isBeingSent(state)),
    deadlines: dueWhere(and(isUnsent(state), lte(deadlineAt, now))),
  };
  const read = (where: SQL | undefined, age: typeof pollAt | typeof deadlineAt) =>
    perLimit((limit) =>
      prepareRows(db, { id }, db.select({ id }).from(table).where(where).orderBy(asc(age)).limit(limit)),
    );
  const next = (where: SQL | undefined) =>
    sql<number | null>`(${db
      .select({ pollAt: min(pollAt) })
      .from(table)
      .where(and(eq(environment, by.environment), where, gt(pollAt, now)))})`;

  return {
    submits: read(isDue.submits, pollAt),
    leases: read(isDue.leases, pollAt),
    deadlines: read(isDue.deadlines, deadlineAt),
    putOff: prepareWrite(db, db.update(table).set({ pollAt: by.pollAt }).where(eq(id, by.id))),
    // Asked at every round, and so in one statement.
    countDue: perLimit((limit) => {
      const count = (where: SQL | undefined) =>
        sql<number>`(SELECT count(*) FROM ${db
          .select({ one: sql`1`.as('one') })
          .from(table)
          .where(where)
          .limit(limit)
          .as('some')})`;
      const counts = {
        submits: count(isDue.submits),
        leases: count(isDue.leases),
        deadlines: count(isDue.deadlines),
        nextSubmitAt: next(isUnsent(state)),
        nextLeaseAt: next(isBeingSent(state)),
      };
      return prepareRows(db, counts, db.select(counts).from(sql`(SELECT 1) AS some`));
    }),
  };
}

/** Where one kind of work has fallen due in an environment. */
function dueWhere(isOfKind: SQL | undefined): SQL | undefined {
  const { environment, pollAt } = table;
  const by = boundTo({ environment });
  return and(eq(environment, by.environment), isOfKind, lte(pollAt, sql`${sql.placeholder('now')}`));
}

/** Reads, for the schedule in memory, all jobs that are looked at. */
export function createReadLooks(db: Db): () => readonly LookedAt[] {
  const { id, environment, state, version, deadlineAt, pollAt, polledAt } = table;
  const selection = { id, environment, state, version, deadlineAt, pollAt, polledAt };
  const where = and(eq(environment, boundTo({ environment }).environment), isLookedAtIn(state, pollAt));
  const read = prepareRows(db, selection, db.select(selection).from(table).where(where));
  return () => environments.flatMap((each) => read.all({ environment: each }));
}
