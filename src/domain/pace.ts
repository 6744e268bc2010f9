import type { Job } from './job.ts';

/** How one environment paces its jobs. */
export type Pace = {
  /** Between two polls of a running job. */
  readonly intervalMs: number;
  /** From createdAt until acceptance, then anew from submittedAt. */
  readonly deadlineMs: number;
  /** How often a submit is sent again after a 500 or 503 that allows it. */
  readonly resendLimit: number;
};

/** The lease of a submit: longer than the whole POST may take (10 s) plus the 5 s within which it must begin. */
export const submitLeaseMs = 20_000;

/** The lease of a poll: longer than the whole GET may take (5 s). */
export const pollLeaseMs = 10_000;

/** How many polls run at once: each has its own connection, so that none waits for another. */
export const pollsAtOnce = 128;

/** A POST must begin within this time of its claim, on the node's monotonic clock. */
export const submitWithinMs = 5000;

/** Between polls for the late video of a job that failed here after the provider had accepted it. */
export const latePollMs = 60_000;

/** For how long after its submission the provider keeps the record of a job, about. */
export const recordLifeMs = 60 * 60_000;

/** How long after submission late polls go on: until shortly before the record is gone. */
export const lateWindowMs = recordLifeMs - 5 * 60_000;

/** A 404 within this time of the submission is a fault: the provider may not have registered the request yet. */
export const missingGraceMs = 60_000;

/** For how long a job that the provider calls finished is polled on for the output that it does not show. */
export const outputGraceMs = 60_000;

const maxBackoffMs = 60_000;

/** Submits may not keep a running job from being polled at least this often. */
const pollAtLeastMs = 30_000;

/** However long the interval is, a poll may wait at least this long for submits. */
const minPatienceMs = 15_000;

/**
 * How long a running job's poll may be due before it goes ahead of every submit. With the interval before it, jitter included, that makes
 * 30 s between two polls.
 */
export function pollPatienceOf({ intervalMs }: Pace): number {
  return Math.max(minPatienceMs, pollAtLeastMs - 1.1 * intervalMs);
}

/** The first poll for a late video of a job that its deadline ended. If the poll before failed, one more follows in any case. */
export function firstLatePollOf(job: Job, now: number, unseen: boolean): number | null {
  return unseen ? now + latePollMs : latePollOf(job, now, false);
}

/**
 * When to poll next for a late video; null once the provider is about to delete its record. After a poll that failed (`unseen`) polls go
 * on for as long as the record may exist, so that no job is given up unseen.
 */
export function latePollOf(job: Job, now: number, unseen: boolean): number | null {
  const next = now + latePollMs;
  return next <= (job.submittedAt ?? 0) + (unseen ? recordLifeMs : lateWindowMs) ? next : null;
}

/**
 * When to poll next: after one interval ± 10 % of jitter, or after n faults in a row one interval plus a random share of
 * min(60 s, interval × 2ⁿ). Never after the deadline.
 */
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
