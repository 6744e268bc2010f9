import type { Outcome } from './invariant/outcome.ts';

/** Counts of what happened in one history or in many. */
export type Totals = {
  readonly jobs: number;
  readonly crashes: number;
  readonly drains: number;
  readonly pauses: number;
  /** Calls that the database refused. */
  readonly faults: number;
  /** POSTs whose first byte was sent. */
  readonly submissions: number;
  /** Jobs that the provider accepted. */
  readonly accepted: number;
  readonly completed: number;
  readonly unconfirmed: number;
  /** Paid results that were lost, each with its explanation. */
  readonly losses: number;
  readonly lateVideos: number;
  /** Subscribers of jobs, accounts and feeds. */
  readonly watchers: number;
};

/** Counts what happened in a history. */
export function countsOf({ accounts, paid, posts, sightings, observations }: Outcome): Totals {
  const jobs = accounts.flatMap((evidence) => evidence.jobs);
  const unanswered = new Set(jobs.filter(({ pollUrl }) => pollUrl === null).map(({ id }) => id));
  const departed = (how: 'crash' | 'leave') =>
    observations.departures.filter((departure) => departure.how === how).length;
  return {
    jobs: jobs.length,
    crashes: departed('crash'),
    drains: departed('leave'),
    pauses: observations.pauses,
    faults: observations.faults,
    submissions: posts.length,
    accepted: paid.length,
    completed: jobs.filter(({ state }) => state === 'COMPLETED').length,
    unconfirmed: jobs.filter(({ failure }) => failure?.code === 'SUBMISSION_UNCONFIRMED').length,
    losses: paid.filter(({ jobId }) => unanswered.has(jobId)).length,
    lateVideos: jobs.filter(({ lateVideo }) => lateVideo !== null).length,
    watchers: sightings.jobs.length + sightings.accounts.length + sightings.feeds.length,
  };
}

/** Adds up the counts of several histories. */
export function sumOf(all: readonly Totals[]): Totals {
  const [first, ...rest] = all;
  if (first === undefined) return nothing;
  const sum: Record<string, number> = { ...first };
  for (const totals of rest) for (const [name, count] of Object.entries(totals)) sum[name] = (sum[name] ?? 0) + count;
  return { ...nothing, ...sum };
}

const nothing: Totals = {
  jobs: 0,
  crashes: 0,
  drains: 0,
  pauses: 0,
  faults: 0,
  submissions: 0,
  accepted: 0,
  completed: 0,
  unconfirmed: 0,
  losses: 0,
  lateVideos: 0,
  watchers: 0,
};
