import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Change } from '../../domain/change.ts';
import type { Decide } from '../../ports.ts';
import { boundTo } from '../bound.ts';
import { jobOf } from '../rows.ts';
import { isBeingSent, isLookedAt } from '../terms.ts';
import { environments } from '../words.ts';
import type { WriteChange } from './changes.ts';
import type { KnownJobs } from './known-jobs.ts';
import type { Db } from './statements.ts';
import { jobs } from './tables/jobs.ts';

/** What the one process that owns the database does at its start, inside the caller's transaction. */
export type Recover = (now: number, spreadMs: number, decide: Decide) => readonly Change[];

/** Prepares the statements for the start. */
export function createRecover(db: Db, { write, known }: { write: WriteChange; known: KnownJobs }): Recover {
  const { findBeingSent, findOverdue, reschedule } = prepareStatements(db);
  return (now, spreadMs, decide) => {
    const changes: Change[] = [];
    for (const environment of environments) {
      for (const row of findBeingSent.all({ environment })) {
        const change = decide(jobOf(row), now);
        if (change !== null && write(change, now)) changes.push(change);
      }
      // Each environment has a provider of its own, so each is spread by itself.
      const overdue = findOverdue.all({ environment, now });
      for (const [index, { id }] of overdue.entries()) {
        reschedule.run({ id, pollAt: now + Math.floor((index * spreadMs) / overdue.length) });
        known.written(id, null);
      }
    }
    return changes;
  };
}

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt } = jobs;
  const by = boundTo({ id, environment, pollAt });
  const inEnvironment = eq(environment, by.environment);
  return {
    findBeingSent: db
      .select()
      .from(jobs)
      .where(and(inEnvironment, isBeingSent(state)))
      .orderBy(asc(pollAt))
      .prepare(),
    findOverdue: db
      .select({ id })
      .from(jobs)
      .where(and(inEnvironment, isLookedAt(state, pollAt), lte(pollAt, sql`${sql.placeholder('now')}`)))
      .orderBy(asc(pollAt))
      .prepare(),
    reschedule: db.update(jobs).set({ pollAt: by.pollAt }).where(eq(id, by.id)).prepare(),
  };
}
