import type { JobRow } from './api/operations.ts';
import type { JobStatus } from './words.ts';

/** What the history of a job says of the polls that failed. `before`: the index of the step before which it stands. */
type FailedPolls = { readonly text: string; readonly before: number };

/** Ends that the gateway decided by itself: no poll brought them. */
const unanswered: readonly unknown[] = ['DEADLINE_EXCEEDED', 'SUBMISSION_UNCONFIRMED'];

/**
 * The polls of a job that failed, and where its history names them; null if there were none. Only their number is known, so they stand
 * before the end that an answer brought, or last while there is none.
 */
export function failedPollsOf(
  job: Pick<JobRow, 'status' | 'failedPolls'> & { readonly failure: { readonly code: string } | null },
  steps: readonly { readonly status: JobStatus }[],
): FailedPolls | null {
  if (job.failedPolls === 0) return null;
  const count = `${job.failedPolls} ${job.failedPolls === 1 ? 'poll' : 'polls'}`;
  const isAnswered = job.status === 'COMPLETED' || (job.status === 'FAILED' && !unanswered.includes(job.failure?.code));
  const end = steps.findIndex(({ status }) => isAnswered && status === job.status);
  if (end !== -1) return { text: `${count} failed; a later one brought an answer.`, before: end };
  const isRunning = job.status === 'QUEUED' || job.status === 'PROCESSING';
  return {
    text: isRunning ? `${count} failed so far; the gateway polls on.` : `${count} failed.`,
    before: steps.length,
  };
}
