import type { Change } from './change.ts';
import type { Job } from './job.ts';
import { advance } from './life.ts';

/** How a job of a restored database ends: PENDING → SUBMITTING → FAILED takes two changes. */
const mostChanges = 2;

/**
 * The changes that end a job that its backup has as PENDING or SUBMITTING. It may have been sent after the backup was made, and a video
 * is never paid for twice: so it ends as SUBMISSION_UNCONFIRMED. Empty for a job in any other state: its provider can be asked.
 */
export function endUnknown(job: Job, now: number): readonly Change[] {
  const given = { now, pace: { intervalMs: 0, deadlineMs: 0, resendLimit: 0 }, chance: 0, estimate: job.estimate };
  const changes: Change[] = [];
  let current = job;
  while (changes.length < mostChanges && (current.state === 'PENDING' || current.state === 'SUBMITTING')) {
    const change = advance(current, { type: 'claimed' }, given);
    if (change === null) break;
    changes.push(change);
    current = change.to;
  }
  return changes;
}
