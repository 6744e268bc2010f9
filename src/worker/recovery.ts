import type { Change } from '../domain/change.ts';
import { advance } from '../domain/life.ts';
import type { Clock, Log, Store } from '../ports.ts';
import { reportChange } from './report.ts';

/**
 * Prepares the jobs before the pollers start: spreads overdue polls over one interval. If the process owns the database alone, it also
 * ends the rows that its predecessor left in SUBMITTING as unconfirmed, since no other process can be sending them. Returns those changes.
 */
export async function recoverJobs(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly spreadMs: number;
}): Promise<readonly Change[]> {
  const { store, clock, log, spreadMs } = deps;
  const pace = { intervalMs: spreadMs, deadlineMs: 0, resendLimit: 0 };
  const changes = await store.recover(clock.now(), spreadMs, (job, now) =>
    advance(job, { type: 'claimed' }, { now, pace, chance: clock.random(), estimate: job.estimate }),
  );
  for (const change of changes) reportChange(change, log);
  return changes;
}
