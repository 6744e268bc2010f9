import { and, asc, eq, getTableColumns, gt, lte, min, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../../domain/change.ts';
import { type Environment, isEnded, type Job } from '../../../domain/job.ts';
import type { ClaimOrder, Decide, Due } from '../../../ports.ts';
import { boundTo } from '../shared/placeholders.ts';
import { hasDeadline, isBeingSent, isPolled, isRunning, isServed, isUnsent } from '../shared/predicates.ts';
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

  /**
   * The oldest due job of every account, those first that were served longest ago; in the next turn the second oldest of each, and so on:
   * no user waits behind all of another's jobs. However much is due, it reads at most about four rows for each that it may take.
   */
  function readSubmits(environment: Environment, limit: number, now: number): readonly Job[] {
    if (limit === 0) return [];
    const most = 2 * roundedUp(limit);
    const due = submits.all(most).all({ environment, now });
    if (due.length === most) return readShares(environment, limit, now);
    return inTurns(due)
      .slice(0, limit)
      .flatMap(({ id }) => submits.job.all({ id }).map(jobOf));
  }

  /** For more due jobs: reads a share of each account, then shares what is still free between those that have more. */
  function readShares(environment: Environment, limit: number, now: number): readonly Job[] {
    const taken: { readonly turn: number; readonly job: Job }[] = [];
    const inTurn = submits.accounts(roundedUp(limit)).all({ environment, now }).slice(0, limit);
    let waiting = inTurn.map(({ id }) => ({ accountId: id, after: '' }));
    for (let free = limit, turn = 0; free > 0 && waiting.length > 0; ) {
      const share = roundedUp(Math.ceil(free / waiting.length));
      waiting = waiting.flatMap(({ accountId, after }) => {
        const found = submits.jobs(share).all({ accountId, after, now }).map(jobOf);
        taken.push(...found.map((job, index) => ({ turn: turn + index, job })));
        free -= found.length;
        const last = found.at(-1);
        return last === undefined || found.length < share ? [] : { accountId, after: last.id };
      });
      turn += share;
    }
    const inOrder = taken.toSorted((one, other) => one.turn - other.turn);
    return inOrder.slice(0, limit).map(({ job }) => job);
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
        pollsSince: found.pollsSince,
        nextAt: nexts.length === 0 ? null : Math.min(...nexts),
      };
    },
  };
}

type DueSubmit = Pick<Job, 'id' | 'accountId'> & { readonly servedAt: number };

/** All due jobs in the order in which they are sent. */
function inTurns(due: readonly DueSubmit[]): readonly DueSubmit[] {
  const turns = new Map<string, number>();
  const oldestFirst = due.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const withTurns = oldestFirst.map((job) => {
    const turn = turns.get(job.accountId) ?? 0;
    turns.set(job.accountId, turn + 1);
    return { job, turn };
  });
  return withTurns
    .toSorted((one, other) => one.turn - other.turn || one.job.servedAt - other.job.servedAt)
    .map(({ job }) => job);
}

/**
 * The due jobs to send, of all accounts; the accounts that have some, in turn; the due jobs of an account after a given id. An account with
 * running jobs need not have one that is due, so with few due jobs it takes less to read them all than to look for their accounts.
 */
function prepareTurns(db: Db, isDue: SQL | undefined, now: SQL) {
  const isDueSubmit = and(isUnsent(jobs.state), lte(jobs.pollAt, now), gt(jobs.deadlineAt, now));
  const columns = getTableColumns(jobs);
  const account = { id: accounts.id };
  const due = { id: jobs.id, accountId: jobs.accountId, servedAt: accounts.servedAt };
  const { environment, servedAt, running } = accounts;
  const by = boundTo({ environment, id: jobs.id, accountId: jobs.accountId, after: jobs.id });
  const hasDue = sql`EXISTS (SELECT 1 FROM ${jobs} WHERE ${and(eq(jobs.accountId, accounts.id), isDueSubmit)})`;
  const inTurn = db
    .select(account)
    .from(accounts)
    .where(and(eq(environment, by.environment), isServed(running), hasDue))
    .orderBy(asc(servedAt));
  const ofAccount = db
    .select()
    .from(jobs)
    .where(and(eq(jobs.accountId, by.accountId), isDueSubmit, gt(jobs.id, by.after)))
    .orderBy(asc(jobs.id));
  const all = db
    .select(due)
    .from(jobs)
    .innerJoin(accounts, eq(accounts.id, jobs.accountId))
    // The sign keeps SQLite from the index of deadlines, which holds all jobs that wait.
    .where(and(isDue, isUnsent(jobs.state), gt(sql`+${jobs.deadlineAt}`, now)));
  return {
    all: perLimit((limit) => prepareRows(db, due, all.limit(limit))),
    job: prepareRows(db, columns, db.select().from(jobs).where(eq(jobs.id, by.id))),
    accounts: perLimit((limit) => prepareRows(db, account, inTurn.limit(limit))),
    jobs: perLimit((limit) => prepareRows(db, columns, ofAccount.limit(limit))),
  };
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
  const first = (where: SQL | undefined) =>
    sql<number | null>`(${db
      .select({ pollAt: min(pollAt) })
      .from(jobs)
      .where(where)})`;
  const next = (isOfKind: SQL) => first(and(inEnvironment, isOfKind, gt(pollAt, now)));

  return {
    submits: prepareTurns(db, isDue, now),
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
        pollsSince: first(and(kinds.polls, isRunning(state))),
        nextSubmit: next(isUnsent(state)),
        nextPoll: next(isPolled(state, pollAt)),
        nextLease: next(isBeingSent(state)),
      };
      return prepareRows(db, counts, db.select(counts).from(sql`(SELECT 1) AS some`));
    }),
  };
}
