import type { JobFilter } from './schema.ts';

/** What a list needs of a job; your own selection may have less than the kit's. */
export type ListedJob = {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly prompt: string;
  readonly externalId: string | null;
  readonly failure: { readonly code: string } | null;
  readonly createdAt: string;
};

type Rules = {
  readonly [Part in keyof JobFilter]-?: (job: ListedJob, wanted: NonNullable<JobFilter[Part]>) => boolean;
};

/** The gateway's own rules. The compiler asks for one of each part that a filter may have. */
const rules: Rules = {
  status: ({ status }, wanted) => wanted.some((each) => each === status),
  externalId: ({ externalId }, wanted) => externalId === wanted,
  failureCode: ({ failure }, wanted) => wanted.some((code) => code === failure?.code),
  createdAfter: ({ createdAt }, wanted) => Date.parse(createdAt) >= Date.parse(wanted),
  createdBefore: ({ createdAt }, wanted) => Date.parse(createdAt) < Date.parse(wanted),
  search: ({ prompt, externalId }, wanted) =>
    [prompt, externalId ?? ''].some((text) => lowerAscii(text).includes(lowerAscii(wanted))),
};

// The table above has the names of a filter only.
const parts = Object.keys(rules) as readonly (keyof JobFilter)[];

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether a list with this filter has the job, by the gateway's rules. */
export function matches(job: ListedJob, filter: JobFilter): boolean {
  return parts.every((part) => {
    const wanted = filter[part];
    // Each rule takes the value of its own part, which the compiler cannot follow through the loop.
    return wanted === null || wanted === undefined || rules[part](job, wanted as never);
  });
}

/**
 * The list, newest first, after a job has changed. A version older than the listed one changes nothing. A job that belongs below
 * the loaded rows waits until its page is loaded (`isWhole`: every page is).
 */
export function place<Job extends ListedJob>(
  jobs: readonly Job[],
  job: Job,
  { filter, isWhole }: { readonly filter: JobFilter; readonly isWhole: boolean },
): readonly Job[] {
  const at = jobs.findIndex(({ id }) => id === job.id);
  const known = jobs[at];
  if (known !== undefined) {
    if (job.version < known.version) return jobs;
    return [...jobs.slice(0, at), ...(matches(job, filter) ? [job] : []), ...jobs.slice(at + 1)];
  }
  if (!matches(job, filter)) return jobs;
  const before = jobs.findIndex(({ createdAt }) => createdAt <= job.createdAt);
  if (before >= 0) return [...jobs.slice(0, before), job, ...jobs.slice(before)];
  return isWhole ? [...jobs, job] : jobs;
}

/** Both lists in one, newest first, each job once and in its newest version. */
export function merge<Job extends ListedJob>(one: readonly Job[], other: readonly Job[]): readonly Job[] {
  const jobs = new Map(one.map((job) => [job.id, job]));
  for (const job of other) if (job.version >= (jobs.get(job.id)?.version ?? 0)) jobs.set(job.id, job);
  return [...jobs.values()].sort((left, right) =>
    left.createdAt < right.createdAt ? 1 : left.createdAt > right.createdAt ? -1 : 0,
  );
}
