import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm';
import type { Change } from '../../../domain/change.ts';
import type { Decide } from '../../../ports.ts';
import { environments } from '../shared/enums.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isBeingSent, isPolled } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import type { WriteChange } from './changes.ts';
import { prepareWrite } from './engine/prepared.ts';
import type { Db } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';

/** Ends the SUBMITTING jobs of the last run and spreads overdue polls, at the start and inside the caller's transaction. */
export type Recover = (now: number, spreadMs: number, decide: Decide) => readonly Change[];

/** Prepares the statements of the start. */
export function createRecover(db: Db, write: WriteChange): Recover {
  const { beingSent, overdue, reschedule } = prepareStatements(db);
  return (now, spreadMs, decide) => {
    const changes: Change[] = [];
    // Spreads each environment separately, because each has its own provider.
    for (const environment of environments) {
      for (const row of beingSent.all({ environment })) {
        const change = decide(jobOf(row), now);
        if (change !== null && write(change, now)) changes.push(change);
      }
      const ids = overdue.all({ environment, now });
      for (const [index, { id }] of ids.entries())
        reschedule({ id, pollAt: now + Math.floor((index * spreadMs) / ids.length) });
    }
    return changes;
  };
}

function prepareStatements(db: Db) {
  const { id, environment, state, pollAt } = jobs;
  const by = boundTo({ id, environment, pollAt });
  const inEnvironment = (where: SQL | undefined) => and(eq(environment, by.environment), where);
  return {
    beingSent: db
      .select()
      .from(jobs)
      .where(inEnvironment(isBeingSent(state)))
      .orderBy(asc(pollAt))
      .prepare(),
    overdue: db
      .select({ id })
      .from(jobs)
      .where(inEnvironment(and(isPolled(state, pollAt), lte(pollAt, sql`${sql.placeholder('now')}`))))
      .orderBy(asc(pollAt))
      .prepare(),
    reschedule: prepareWrite(db, db.update(jobs).set({ pollAt: by.pollAt }).where(eq(id, by.id))),
  };
}
