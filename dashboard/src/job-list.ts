import type { JobFilter } from '@reelgate/client';
import { type ListedJob, matches } from '@reelgate/client/jobs';

/**
 * How many jobs match in all, after a job has changed: a new one counts, and a listed one that no longer matches does not. Null if it
 * was unknown.
 */
export function countAfter(
  count: number | null,
  jobs: readonly ListedJob[],
  job: ListedJob,
  filter: JobFilter,
): number | null {
  if (count === null) return null;
  const known = jobs.find(({ id }) => id === job.id);
  if (known === undefined) return job.version === 1 && matches(job, filter) ? count + 1 : count;
  return job.version >= known.version && !matches(job, filter) ? Math.max(0, count - 1) : count;
}
