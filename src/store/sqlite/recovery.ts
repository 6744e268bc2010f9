import { and, asc, eq } from 'drizzle-orm';
import type { Change } from '../../domain/change.ts';
import type { Decide } from '../../ports.ts';
import { boundTo } from '../bound.ts';
import { jobOf } from '../rows.ts';
import { isBeingSent } from '../terms.ts';
import { environments } from '../words.ts';
import type { WriteChange } from './changes.ts';
import type { OnCommit } from './group-commit.ts';
import type { LookSchedule } from './look-schedule.ts';
import type { Db } from './statements.ts';
import { jobs } from './tables/jobs.ts';

/** What the one process that owns the database does at its start, inside the caller's transaction. */
export type Recover = (now: number, spreadMs: number, decide: Decide) => readonly Change[];

/** What the start takes. */
type RecoverParts = {
  readonly write: WriteChange;
  readonly looks: LookSchedule;
  readonly onCommit: OnCommit;
};

/** Prepares the statements for the start. */
export function createRecover(db: Db, { write, looks, onCommit }: RecoverParts): Recover {
  const { findBeingSent } = prepareStatements(db);
  return (now, spreadMs, decide) => {
    const changes: Change[] = [];
    for (const environment of environments) {
      for (const row of findBeingSent.all({ environment })) {
        const change = decide(jobOf(row), now);
        if (change !== null && write(change, now)) changes.push(change);
      }
      // Each environment has a provider of its own, so each is spread by itself.
      onCommit(() => looks.spread(environment, now, spreadMs));
    }
    return changes;
  };
}

function prepareStatements(db: Db) {
  const { environment, state, pollAt } = jobs;
  const by = boundTo({ environment });
  const inEnvironment = eq(environment, by.environment);
  return {
    findBeingSent: db
      .select()
      .from(jobs)
      .where(and(inEnvironment, isBeingSent(state)))
      .orderBy(asc(pollAt))
      .prepare(),
  };
}
