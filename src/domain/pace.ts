import type { Job } from './job.ts';

/** How one environment paces its jobs. */
export type Pace = {
  /** Between two looks at a running job. */
  readonly intervalMs: number;
  /** From createdAt until acceptance, then anew from submittedAt. */
  readonly deadlineMs: number;
  /** How often a submit answered with a resendable 500 or 503 is sent again. */
  readonly resendLimit: number;
};

/** A claimed row is its claimer's for this long: longer than a POST may take in all (10 s) plus the 5 s within which it must begin. */
export const submitLeaseMs = 20_000;

/** Longer than a GET may take in all (5 s). */
export const pollLeaseMs = 10_000;

/** How many looks are under way together: each on a connection of its own, so that none waits for another's end. */
export const pollsAtOnce = 128;

/** A POST must begin this soon after its claim was committed, on the monotonic clock of the node. */
export const submitWithinMs = 5000;

/** Between looks at a job that its deadline ended after the provider had accepted it. */
export const latePollMs = 60_000;

/** How long after submission such looks go on: the provider keeps records for about an hour. */
export const lateWindowMs = 55 * 60_000;

/** A request that the provider does not know may still appear within this time after its submission. */
export const missingGraceMs = 60_000;

const maxBackoffMs = 60_000;

/** When to look next for a late video; null once the provider's record is about to go. */
export function latePollOf(job: Job, now: number): number | null {
  const next = now + latePollMs;
  return next <= lateUntilOf(job) ? next : null;
}

/** When the looks for a late video end. */
export function lateUntilOf(job: Job): number {
  return (job.submittedAt ?? 0) + lateWindowMs;
}

/** The next look: one interval with 10 % of jitter either way, or after n faults in a row one interval and a random share of min(60 s, interval × 2ⁿ). */
export function nextPollAt(
  job: Job,
  faults: number,
  { now, pace, chance }: { now: number; pace: Pace; chance: number },
): number {
  const { intervalMs } = pace;
  const waitMs =
    faults === 0
      ? intervalMs * (0.9 + 0.2 * chance)
      : intervalMs + chance * Math.min(maxBackoffMs, intervalMs * 2 ** faults);
  return Math.min(Math.round(now + waitMs), job.deadlineAt);
}
