import { rounded } from './rounded.ts';

/**
 * How long earlier jobs took, as stored with a job: quantiles at (i + 0.5) / 20 for i = 0 … 19, in seconds, ascending.
 * `sampleSize`: how many jobs they come from; 0 for the published prior.
 */
export type Estimate = { readonly quantileSeconds: readonly number[]; readonly sampleSize: number };

/** A median and a 90th percentile in seconds, used while too few jobs have completed. */
export type Prior = { readonly medianSeconds: number; readonly slowSeconds: number };

/** A job's progress; see `JobProgress` in the public schema. Instants in epoch milliseconds. */
export type Progress = {
  readonly fraction: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number | null;
  readonly estimatedFinishAt: number | null;
  readonly overdue: boolean;
  readonly sampleSize: number;
};

/** The part of a job that its progress is computed from. */
export type ProgressSubject = {
  readonly estimate: Estimate;
  readonly submittedAt: number | null;
  readonly finishedAt: number | null;
  readonly completed: boolean;
};

/** With fewer durations than this the prior is used. */
const minSample = 5;

const quantileCount = 20;

const fractionCap = 0.95;

/** A ten-thousandth is less than a pixel of any bar. */
const fractionDecimals = 4;

/** The standard normal's 90th percentile. */
const z90 = 1.281_551_565_544_600_4;

/** Durations of jobs on comparable models, as the provider publishes them. */
export const livePrior: Prior = { medianSeconds: 144, slowSeconds: 303 };

/** Durations of the sandbox's ordinary jobs. */
export const sandboxPrior: Prior = { medianSeconds: 15, slowSeconds: 18 };

/** The quantiles of durations (seconds, any order), or of the prior's log-normal distribution if there are too few. */
export function estimateOf(durationSeconds: readonly number[], prior: Prior): Estimate {
  if (durationSeconds.length < minSample) return priorEstimateOf(prior);
  const sorted = durationSeconds.toSorted((a, b) => a - b);
  const quantileSeconds = Array.from({ length: quantileCount }, (_, i) =>
    quantileOf(sorted, (i + 0.5) / quantileCount),
  );
  return { quantileSeconds, sampleSize: sorted.length };
}

/** The estimate of a job whose duration is known: its end is seen by the next poll or the one after. */
export function knownEstimateOf(seconds: number): Estimate {
  return priorEstimateOf({ medianSeconds: seconds + 1, slowSeconds: seconds + 2 });
}

/** The quantile at `share` (0 to 1) of an ascending list, interpolated linearly between its values (Hyndman and Fan's type 7). */
export function quantileOf(sorted: readonly number[], share: number): number {
  const position = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

function priorEstimateOf(prior: Prior): Estimate {
  const mu = Math.log(prior.medianSeconds);
  const sigma = (Math.log(prior.slowSeconds) - mu) / z90;
  const quantileSeconds = Array.from({ length: quantileCount }, (_, i) =>
    Math.exp(mu + sigma * normalQuantileOf((i + 0.5) / quantileCount)),
  );
  return { quantileSeconds, sampleSize: 0 };
}

/**
 * The standard normal's quantile by Newton's method, with bounded steps so that it does not diverge in the tails. Only twenty fixed
 * points are used, so the approximation of the distribution (Abramowitz and Stegun 26.2.17, error below 7.5e-8) is exact enough.
 */
function normalQuantileOf(share: number): number {
  let z = 0;
  for (let step = 0; step < 50; step += 1) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const move = (normalShareOf(z) - share) / density;
    z -= Math.max(-0.5, Math.min(0.5, move));
    if (Math.abs(move) < 1e-9) break;
  }
  return z;
}

function normalShareOf(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return z >= 0 ? 1 - tail : tail;
}

/** The median and the 90th percentile of an estimate, in seconds. */
export function typicalOf(estimate: Estimate): { readonly medianSeconds: number; readonly slowSeconds: number } {
  return { medianSeconds: atShare(estimate.quantileSeconds, 0.5), slowSeconds: atShare(estimate.quantileSeconds, 0.9) };
}

function atShare(quantileSeconds: readonly number[], share: number): number {
  return quantileOf(quantileSeconds, (share * quantileSeconds.length - 0.5) / (quantileSeconds.length - 1));
}

/**
 * A job's progress at `now`: a function of the row and the time alone, so that it is the same on every node and after every restart.
 * `fraction` is the running maximum, over the time spent, of min(0.95, t / (t + remaining)), where remaining is the median of what
 * longer jobs still took. It never falls, is 0 before the provider accepts the job and 1 only when COMPLETED.
 */
export function progressOf(subject: ProgressSubject, now: number): Progress {
  const { estimate, submittedAt, finishedAt } = subject;
  const over = finishedAt !== null;
  const elapsedSeconds = submittedAt === null ? 0 : Math.max(0, (finishedAt ?? now) - submittedAt) / 1000;
  const overdue = submittedAt !== null && elapsedSeconds > atShare(estimate.quantileSeconds, 0.95);
  const remainingSeconds = over || overdue ? null : remainingAt(estimate.quantileSeconds, elapsedSeconds);
  return {
    fraction: rounded(fractionOf(subject, elapsedSeconds), fractionDecimals),
    elapsedSeconds: toTenths(elapsedSeconds),
    remainingSeconds: remainingSeconds === null ? null : toTenths(remainingSeconds),
    estimatedFinishAt: remainingSeconds === null ? null : Math.round(now + remainingSeconds * 1000),
    overdue,
    sampleSize: estimate.sampleSize,
  };
}

/** Rounds seconds to tenths for display: no estimate is more precise. */
export function toTenths(seconds: number): number {
  return rounded(seconds, 1);
}

function fractionOf({ estimate, submittedAt, completed }: ProgressSubject, elapsedSeconds: number): number {
  if (completed) return 1;
  return submittedAt === null ? 0 : fractionAt(estimate.quantileSeconds, elapsedSeconds);
}

/** The median of what jobs longer than `elapsed` still took, in seconds; null if none took longer. */
function remainingAt(quantileSeconds: readonly number[], elapsed: number): number | null {
  const longer = quantileSeconds.filter((quantile) => quantile > elapsed);
  return longer.length === 0 ? null : quantileOf(longer, 0.5) - elapsed;
}

/**
 * Between two quantiles t / (t + remaining) = t / (median of the longer jobs) only rises, and it drops where t passes a quantile. So its
 * running maximum is at one of the quantiles passed so far or at t itself.
 */
function fractionAt(quantileSeconds: readonly number[], elapsed: number): number {
  let highest = 0;
  for (const [index, quantile] of quantileSeconds.entries()) {
    const reached = Math.min(quantile, elapsed);
    highest = Math.max(highest, reached / Math.max(quantileOf(quantileSeconds.slice(index), 0.5), Number.MIN_VALUE));
    if (quantile > elapsed) return Math.min(fractionCap, highest);
  }
  return fractionCap;
}
