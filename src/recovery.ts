import type { Change } from './domain/change.ts';
import { advance } from './domain/life.ts';
import type { Clock, Log, Store } from './ports.ts';
import { reportChange } from './report.ts';

/**
 * What the one process that owns a database does before its pollers start: rows that a former process left in SUBMITTING are ended as
 * unconfirmed, since nobody else can be sending them, and looks that are overdue are spread over one interval. Returns what ended.
 */
export async function recoverJobs(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly spreadMs: number;
}): Promise<readonly Change[]> {
  const { store, clock, log, spreadMs } = parts;
  const now = clock.now();
  const pace = { intervalMs: spreadMs, deadlineMs: 0, resendLimit: 0 };
  const changes = await store.recover(now, spreadMs, (job) =>
    advance(job, { type: 'claimed' }, { now, pace, chance: clock.random(), estimate: job.estimate }),
  );
  for (const change of changes) reportChange(change, log);
  return changes;
}
