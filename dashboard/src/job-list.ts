/** What a list needs of a job. */
export type Listed = {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly prompt: string;
  readonly externalId: string | null;
  readonly failure: { readonly code: string } | null;
  readonly createdAt: string;
};

/** Which jobs a list shows; null means any, and so does an empty search. Instants as the gateway writes them. */
export type Filter = {
  readonly status: readonly string[] | null;
  readonly externalId: string | null;
  readonly failureCode: readonly string[] | null;
  readonly createdAfter: string | null;
  readonly createdBefore: string | null;
  readonly search: string;
};

/** Whether a list with this filter shows the job, by the gateway's rules. */
function matches({ status, prompt, externalId, failure, createdAt }: Listed, filter: Filter): boolean {
  const search = lowerAscii(filter.search);
  const at = Date.parse(createdAt);
  return (
    (filter.status === null || filter.status.includes(status)) &&
    (filter.externalId === null || filter.externalId === externalId) &&
    (filter.failureCode === null || (failure !== null && filter.failureCode.includes(failure.code))) &&
    (filter.createdAfter === null || at >= Date.parse(filter.createdAfter)) &&
    (filter.createdBefore === null || at < Date.parse(filter.createdBefore)) &&
    [prompt, externalId ?? ''].some((text) => lowerAscii(text).includes(search))
  );
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * The list, newest first, after a job has changed. A version older than the listed one changes nothing. A job that belongs below
 * the loaded rows waits until its page is loaded (`isWhole`: every page is).
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

/**
 * How many jobs match in all, after a job has changed: a new one counts, and a listed one that no longer matches does not. Null if it
 * was unknown.
 */
export function countAfter(count: number | null, jobs: readonly Listed[], job: Listed, filter: Filter): number | null {
  if (count === null) return null;
  const known = jobs.find(({ id }) => id === job.id);
  if (known === undefined) return job.version === 1 && matches(job, filter) ? count + 1 : count;
  return job.version >= known.version && !matches(job, filter) ? Math.max(0, count - 1) : count;
}

/** The list with the next page behind it. A job that both hold keeps the place and the version that the list has. */
export function append<Job extends Listed>(jobs: readonly Job[], page: readonly Job[]): readonly Job[] {
  const known = new Set(jobs.map(({ id }) => id));
  return [...jobs, ...page.filter(({ id }) => !known.has(id))];
}

type Versioned = {
  readonly id: string;
  readonly version: number;
  readonly progress: { readonly elapsedSeconds: number };
};

/** The newer of two snapshots of one job: by version, and within a version by how long the job has run. */
export function newerOf<Job extends Versioned>(one: Job, other: Job | undefined): Job {
  if (other === undefined || other.id !== one.id || other.version < one.version) return one;
  return other.version > one.version || other.progress.elapsedSeconds > one.progress.elapsedSeconds ? other : one;
}
