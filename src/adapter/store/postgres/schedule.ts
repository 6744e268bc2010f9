import { and, asc, eq, getTableColumns, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../../domain/change.ts';
import { type Environment, isEnded, type Job } from '../../../domain/job.ts';
import type { ClaimOrder, Decide, Due } from '../../../ports.ts';
import { boundTo } from '../shared/placeholders.ts';
import { hasDeadline, isBeingSent, isPolled, isRunning, isServed, isUnsent } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import type { WriteChange } from './changes.ts';
import type { Now } from './engine/now.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { accounts } from './tables/accounts.ts';
import { jobs } from './tables/jobs.ts';

/** Finds and claims due jobs. `claim` runs inside the caller's transaction. */
export type Schedule = {
  readonly claim: (order: ClaimOrder, now: number, decide: Decide) => Promise<readonly Change[]>;
  readonly due: (environment: Environment, now: number, limit: number) => Promise<Due>;
};

/** The delay of a job for which `decide` returned null: it is neither lost nor claimed over and over. */
const putOffMs = 60_000;

/** Prepares the statements that find due jobs. */
export function createSchedule(db: Db, write: WriteChange, nowOf: Now): Schedule {
  const { submits, polls, leases, deadlines, putOff, lease, due } = prepareStatements(db);

  return {
    claim: async (order, given, decide) => {
      const now = await nowOf(given);
      const read = async (work: typeof submits, limit: number): Promise<readonly Job[]> =>
        limit > 0 ? (await work.execute({ environment: order.environment, now, limit })).map(jobOf) : [];
      const lost = await read(leases, order.endings);
      // Locks all rows before it writes any. A row's state and deadline put it in exactly one kind.
      const taken = [
        ...lost,
        ...(await read(deadlines, order.endings - lost.length)),
        ...(await read(submits, order.submits)),
        ...(await read(polls, order.polls)),
      ];
      const decided = taken.map((job) => ({ job, change: decide(job, now) }));
      for (const { job, change } of decided) {
        if (change === null) await putOff.execute({ id: job.id, pollAt: isEnded(job) ? null : now + putOffMs });
      }
      const changes = decided.map(({ change }) => change).filter((change) => change !== null);
      await writeAll(changes, now);
      return changes;
    },
    due: async (environment, given, limit) => {
      const now = await nowOf(given);
      const found = firstOf(await due.execute({ environment, now, limit }));
      if (found === null) throw new Error('The due jobs could not be counted');
      const nexts = [found.nextSubmit, found.nextPoll, found.nextLease].filter((next) => next !== null);
      return {
        submits: found.submits,
        polls: found.polls,
        endings: Math.min(limit, found.leases + found.deadlines),
        pollsSince: found.pollsSince,
        nextAt: nexts.length === 0 ? null : Math.min(...nexts),
      };
    },
  };

  /** Writes changes of locked rows: all leases in one statement, the others sorted by account, so that no two nodes deadlock. */
  async function writeAll(changes: readonly Change[], now: number): Promise<void> {
    const leased = changes.filter(isLease);
    if (leased.length > 0) {
      await lease.execute({ ids: leased.map(({ to }) => to.id), pollAts: leased.map(({ to }) => to.pollAt) });
    }
    const others = changes.filter((change) => !isLease(change));
    for (const change of others.toSorted(byAccount)) {
      if (!(await write(change, now))) throw new Error(`The locked row of job ${change.to.id} was changed`);
    }
  }
}

function byAccount({ to: one }: Change, { to: other }: Change): number {
  if (one.accountId === other.accountId) return 0;
  return one.accountId < other.accountId ? -1 : 1;
}

/** Whether a change sets no more than `pollAt`. */
function isLease({ from, to, moved }: Change): boolean {
  const before: Readonly<Record<string, unknown>> = from;
  return !moved && Object.entries(to).every(([name, value]) => name === 'pollAt' || before[name] === value);
}

/**
 * The oldest due job of every account, those first that were served longest ago, then the second oldest of each, and so on: no user waits
 * behind all of another's jobs. More than are asked for, of each account and in all, since other nodes may have locked the first ones.
 * An account with running jobs need not have one that is due: where few jobs are due, they are all read, and no account is looked at in
 * vain.
 */
function prepareSubmits(db: Db, isDueSubmit: SQL | undefined) {
  const { id, accountId } = jobs;
  const { environment, running, servedAt } = accounts;
  const candidates = sql`4 * ${sql.placeholder('limit')}::int`;
  const areFew = sql`(SELECT count(*) FROM few) <= ${candidates}`;
  const few = sql`SELECT ${id}, ${accountId} FROM ${jobs} WHERE ${isDueSubmit} LIMIT ${candidates} + 1`;
  const fewInTurn = sql`SELECT few.id, row_number() OVER (PARTITION BY few.account_id ORDER BY few.id) AS turn, ${servedAt}
    FROM few JOIN ${accounts} ON ${accounts.id} = few.account_id WHERE ${areFew}`;
  const oldest = sql`SELECT ${id}, row_number() OVER (ORDER BY ${id}) AS turn FROM ${jobs}
    WHERE ${accountId} = ${accounts.id} AND ${isDueSubmit} ORDER BY ${id} LIMIT ${candidates}`;
  const manyInTurn = sql`SELECT due.id, due.turn, ${servedAt} FROM ${accounts} CROSS JOIN LATERAL (${oldest}) AS due
    WHERE ${environment} = ${boundTo({ environment }).environment} AND ${isServed(running)} AND NOT (${areFew})
    ORDER BY due.turn, ${servedAt} LIMIT ${candidates}`;
  const inTurn = sql`WITH few AS MATERIALIZED (${few}) ${fewInTurn} UNION ALL (${manyInTurn})`;
  return db
    .select(getTableColumns(jobs))
    .from(jobs)
    .innerJoin(sql`(${inTurn}) AS fair`, sql`fair.id = ${id}`)
    .where(isDueSubmit)
    .orderBy(sql`fair.turn`, sql`fair.served_at`)
    .limit(sql.placeholder('limit'))
    .for('no key update', { of: jobs, skipLocked: true })
    .prepare('due_submits');
}

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt, deadlineAt } = jobs;
  const now = sql`${sql.placeholder('now')}::bigint`;
  const by = boundTo({ id, environment, pollAt });
  const isDue = and(eq(environment, by.environment), lte(pollAt, now));
  const isBeforeDeadline = gt(deadlineAt, now);
  const kinds = {
    submits: and(isDue, isUnsent(state), isBeforeDeadline),
    polls: and(isDue, isPolled(state, pollAt)),
    leases: and(isDue, isBeingSent(state)),
    deadlines: and(isDue, hasDeadline(state), lte(deadlineAt, now)),
  };
  // Skips rows that another node has locked.
  const prepareClaim = (kind: Exclude<keyof typeof kinds, 'submits'>, age: typeof pollAt | typeof deadlineAt) =>
    db
      .select()
      .from(jobs)
      .where(kinds[kind])
      .orderBy(asc(age))
      .limit(sql.placeholder('limit'))
      .for('no key update', { skipLocked: true })
      .prepare(`due_${kind}`);
  const next = (isOfKind: SQL) => nextOf(and(eq(environment, by.environment), isOfKind, gt(pollAt, now)));
  return {
    submits: prepareSubmits(db, kinds.submits),
    polls: prepareClaim('polls', pollAt),
    leases: prepareClaim('leases', pollAt),
    deadlines: prepareClaim('deadlines', deadlineAt),
    putOff: db.update(jobs).set({ pollAt: by.pollAt }).where(eq(id, by.id)).prepare('job_put_off'),
    lease: db
      .update(jobs)
      .set({ pollAt: sql`leased.poll_at` })
      .from(
        sql`unnest(${sql.placeholder('ids')}::text[], ${sql.placeholder('pollAts')}::bigint[]) AS leased (id, poll_at)`,
      )
      .where(sql`${id} = leased.id`)
      .prepare('jobs_lease'),
    due: db
      .select({
        submits: countOf(kinds.submits),
        polls: countOf(kinds.polls),
        leases: countOf(kinds.leases),
        deadlines: countOf(kinds.deadlines),
        pollsSince: nextOf(and(kinds.polls, isRunning(state))),
        nextSubmit: next(isUnsent(state)),
        nextPoll: next(isPolled(state, pollAt)),
        nextLease: next(isBeingSent(state)),
      })
      .from(sql`(SELECT 1) AS once`)
      .prepare('due'),
  };
}

function countOf(where: SQL | undefined): SQL<number> {
  const some = sql`SELECT 1 FROM ${jobs} WHERE ${where} LIMIT ${sql.placeholder('limit')}`;
  return sql`(SELECT count(*) FROM (${some}) AS found)`.mapWith(Number);
}

function nextOf(where: SQL | undefined): SQL<number | null> {
  return sql<number | null>`(SELECT min(${jobs.pollAt}) FROM ${jobs} WHERE ${where})`.mapWith(Number);
}
