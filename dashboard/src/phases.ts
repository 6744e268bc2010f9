/** The times of a job, as the gateway has them. */
export type JobTimes = {
  readonly createdAt: string;
  readonly submittedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
};

/** One part of a job's life, in seconds. The last one grows while the job runs. */
export type Phase = { readonly name: 'Sending' | 'Queue' | 'Rendering'; readonly seconds: number };

/** The parts of a job's life until `now`, in epoch milliseconds. A job that never reached a part does not have it. */
export function phasesOf({ createdAt, submittedAt, startedAt, finishedAt }: JobTimes, now: number): readonly Phase[] {
  const end = finishedAt === null ? now : Date.parse(finishedAt);
  const starts = [
    { name: 'Sending', at: createdAt },
    { name: 'Queue', at: submittedAt },
    { name: 'Rendering', at: startedAt },
  ] as const;
  const reached = starts.flatMap(({ name, at }) => (at === null ? [] : [{ name, at: Date.parse(at) }]));
  return reached.map(({ name, at }, index) => ({
    name,
    seconds: Math.max(0, ((reached[index + 1]?.at ?? end) - at) / 1000),
  }));
}

/** How long a job took, in seconds: at the provider, or all in all if it never got there. Null while it runs. */
export function tookSecondsOf({ createdAt, submittedAt, finishedAt }: Omit<JobTimes, 'startedAt'>): number | null {
  return finishedAt === null ? null : (Date.parse(finishedAt) - Date.parse(submittedAt ?? createdAt)) / 1000;
}
