import { and, asc, eq, getTableColumns, gt, lte, min, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../../domain/change.ts';
import { type Environment, isEnded, type Job } from '../../../domain/job.ts';
import type { ClaimOrder, Decide, Due } from '../../../ports.ts';
import { boundTo } from '../shared/placeholders.ts';
import { hasDeadline, isBeingSent, isPolled, isServed, isUnsent } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import type { WriteChange } from './changes.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { accounts } from './tables/accounts.ts';
import { jobs } from './tables/jobs.ts';

/** Finds and claims due jobs. `claim` runs inside the caller's transaction. */
export type Schedule = {
  readonly claim: (order: ClaimOrder, now: number, decide: Decide) => readonly Change[];
  readonly due: (environment: Environment, now: number, limit: number) => Due;
};

/** The delay of a job for which `decide` returned null: it is neither lost nor claimed over and over. */
const putOffMs = 60_000;

/** Rounds a limit up to a power of 2. The number of free requests changes with every claim, and each limit has a prepared statement. */
function roundedUp(limit: number): number {
  return limit === 0 ? 0 : 2 ** Math.ceil(Math.log2(limit));
}

/** Prepares the statements that find due jobs. */
export function createSchedule(db: Db, write: WriteChange): Schedule {
  const { submits, polls, leases, deadlines, putOff, countDue } = prepareStatements(db);

  function readSubmits(environment: Environment, limit: number, now: number): readonly Job[] {
    const taken: Job[] = [];
    for (let turn = 0; taken.length < limit; turn += 1) {
      const free = limit - taken.length;
      const rows = submits(turn)(roundedUp(free)).all({ environment, now });
      if (rows.length === 0) break;
      taken.push(...rows.slice(0, free).map(jobOf));
    }
    return taken;
  }

  return {
    claim: (order, now, decide) => {
      const { environment } = order;
      const read = (work: typeof polls, limit: number): readonly Job[] =>
        limit > 0 ? work(roundedUp(limit)).all({ environment, now }).slice(0, limit).map(jobOf) : [];
      const lost = read(leases, order.endings);
      // Reads all rows before it writes any. A row's state and deadline put it in exactly one kind.
      const taken = [
        ...lost,
        ...read(deadlines, order.endings - lost.length),
        ...readSubmits(environment, order.submits, now),
        ...read(polls, order.polls),
      ];
      return taken.flatMap((job) => {
        const change = decide(job, now);
        if (change !== null && write(change, now)) return change;
        putOff({ id: job.id, pollAt: isEnded(job) ? null : now + putOffMs });
        return [];
      });
    },
    due: (environment, now, limit) => {
      const found = countDue(roundedUp(limit)).get({ environment, now });
      if (found === undefined) throw new Error('The due jobs could not be counted');
      const nexts = [found.nextSubmit, found.nextPoll, found.nextLease].filter((next) => next !== null);
      return {
        submits: Math.min(limit, found.submits),
        polls: Math.min(limit, found.polls),
        endings: Math.min(limit, found.leases + found.deadlines),
        nextAt: nexts.length === 0 ? null : Math.min(...nexts),
      };
    },
  };
}

/**
 * The oldest due job of every account, those first that were served longest ago; in the next turn the second oldest of each, and so on: no
 * user waits behind all of another's jobs.
 */
function prepareTurns(db: Db, isDueSubmit: SQL | undefined) {
  const columns = getTableColumns(jobs);
  const { environment, servedAt, running } = accounts;
  return perLimit((turn) => {
    const ofAccount = sql`SELECT ${jobs.id} FROM ${jobs} WHERE ${and(eq(jobs.accountId, accounts.id), isDueSubmit)}
      ORDER BY ${jobs.id} LIMIT 1 OFFSET ${turn}`;
    const inTurn = db
      .select(columns)
      .from(accounts)
      .innerJoin(jobs, sql`${jobs.id} = (${ofAccount})`)
      .where(and(eq(environment, boundTo({ environment }).environment), isServed(running)))
      .orderBy(asc(servedAt));
    return perLimit((limit) => prepareRows(db, columns, inTurn.limit(limit)));
  });
}

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt, deadlineAt } = jobs;
  const columns = getTableColumns(jobs);
  const now = sql`${sql.placeholder('now')}`;
  const by = boundTo({ id, environment, pollAt });
  const inEnvironment = eq(environment, by.environment);
  const isDue = and(inEnvironment, lte(pollAt, now));
  const isBeforeDeadline = gt(deadlineAt, now);
  const kinds = {
    submits: and(isDue, isUnsent(state), isBeforeDeadline),
    polls: and(isDue, isPolled(state, pollAt)),
    leases: and(isDue, isBeingSent(state)),
    deadlines: and(isDue, hasDeadline(state), lte(deadlineAt, now)),
  };
  const prepareClaim = (kind: Exclude<keyof typeof kinds, 'submits'>, age: typeof pollAt | typeof deadlineAt) =>
    perLimit((limit) =>
      prepareRows(db, columns, db.select().from(jobs).where(kinds[kind]).orderBy(asc(age)).limit(limit)),
    );
  const next = (isOfKind: SQL) =>
    sql<number | null>`(${db
      .select({ pollAt: min(pollAt) })
      .from(jobs)
      .where(and(inEnvironment, isOfKind, gt(pollAt, now)))})`;

  return {
    submits: prepareTurns(db, and(isUnsent(state), lte(pollAt, now), isBeforeDeadline)),
    polls: prepareClaim('polls', pollAt),
    leases: prepareClaim('leases', pollAt),
    deadlines: prepareClaim('deadlines', deadlineAt),
    putOff: prepareWrite(db, db.update(jobs).set({ pollAt: by.pollAt }).where(eq(id, by.id))),
    // One statement, because the worker runs it before every claim.
    countDue: perLimit((limit) => {
      const count = (kind: keyof typeof kinds) =>
        sql<number>`(SELECT count(*) FROM ${db
          .select({ one: sql`1`.as('one') })
          .from(jobs)
          .where(kinds[kind])
          .limit(limit)
          .as('some')})`;
      const counts = {
        submits: count('submits'),
        polls: count('polls'),
        leases: count('leases'),
        deadlines: count('deadlines'),
        nextSubmit: next(isUnsent(state)),
        nextPoll: next(isPolled(state, pollAt)),
        nextLease: next(isBeingSent(state)),
      };
      return prepareRows(db, counts, db.select(counts).from(sql`(SELECT 1) AS some`));
    }),
  };
}
