import type { Change } from '../domain/change.ts';
import { advance } from '../domain/life.ts';
import type { Clock, Log, Store } from '../ports.ts';
import { reportChange } from './report.ts';

/**
 * What a process does before its pollers start: looks that are overdue are spread over one interval and, where it owns the database
 * alone, rows that a former process left in SUBMITTING are ended as unconfirmed, since nobody else can be sending them. Returns what ended.
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
