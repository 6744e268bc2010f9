/** What a list needs to know of a job. */
export type Listed = {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly externalId: string | null;
  readonly createdAt: string;
};

/** Which jobs a list shows; null means any. */
export type Filter = { readonly status: readonly string[] | null; readonly externalId: string | null };

/** Whether a list with this filter shows the job. */
export function matches({ status, externalId }: Listed, filter: Filter): boolean {
  return (
    (filter.status === null || filter.status.includes(status)) &&
    (filter.externalId === null || filter.externalId === externalId)
  );
}

/**
 * The list, newest first, after a job was told of. Older versions than the one listed are dropped. A job that belongs further down than what
 * is loaded (`isWhole`: nothing is) is left to be loaded there.
 */
export function place<Job extends Listed>(
  jobs: readonly Job[],
  job: Job,
  { filter, isWhole }: { readonly filter: Filter; readonly isWhole: boolean },
): readonly Job[] {
  const at = jobs.findIndex(({ id }) => id === job.id);
  const known = jobs[at];
  if (known !== undefined) {
    if (job.version < known.version) return jobs;
    return matches(job, filter) ? jobs.with(at, job) : jobs.toSpliced(at, 1);
  }
  if (!matches(job, filter)) return jobs;
  const before = jobs.findIndex(({ createdAt }) => createdAt <= job.createdAt);
  if (before >= 0) return jobs.toSpliced(before, 0, job);
  return isWhole ? [...jobs, job] : jobs;
}

/** The list with a page that was loaded after it; what came twice is shown once, as its newest version. */
export function append<Job extends Listed>(jobs: readonly Job[], page: readonly Job[]): readonly Job[] {
  const known = new Set(jobs.map(({ id }) => id));
  return [...jobs, ...page.filter(({ id }) => !known.has(id))];
}
