import { and, lte, sql } from 'drizzle-orm';
import { isPolled } from '../shared/predicates.ts';
import type { Now } from './engine/now.ts';
import type { Db } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';

/** Spreads overdue polls at the start of a node. A SUBMITTING job may belong to another node; it ends when its lease runs out. */
export type Recover = (now: number, spreadMs: number) => Promise<void>;

/** Prepares the statement of the start. */
export function createRecover(db: Db, nowOf: Now): Recover {
  const { id, environment, state, pollAt } = jobs;
  const now = sql`${sql.placeholder('now')}::bigint`;
  const spreadMs = sql`${sql.placeholder('spreadMs')}::bigint`;
  const overdue = db
    .select({ id, environment, pollAt })
    .from(jobs)
    .where(and(isPolled(state, pollAt), lte(pollAt, now)))
    .for('no key update', { skipLocked: true })
    .as('overdue');
  // Spreads each environment separately, because each has its own provider.
  const inTurn = sql`(row_number() OVER (PARTITION BY ${overdue.environment} ORDER BY ${overdue.pollAt}) - 1) * ${spreadMs}`;
  const number = sql`count(*) OVER (PARTITION BY ${overdue.environment})`;
  const spread = db
    .select({ id: overdue.id, at: sql`${now} + ${inTurn} / ${number}`.as('at') })
    .from(overdue)
    .as('spread');
  const reschedule = db
    .update(jobs)
    .set({ pollAt: sql`${spread.at}` })
    .from(spread)
    .where(sql`${jobs.id} = ${spread.id}`)
    .prepare('jobs_spread');
  return async (given, ms) => {
    await reschedule.execute({ now: await nowOf(given), spreadMs: ms });
  };
}
