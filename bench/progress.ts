// How accurate progress is: thousands of jobs of known length, each shown as the gateway would show it. Prints the figures of
// docs/progress.md.

import { randomLifeMsOf } from '../src/adapter/provider/sandbox/life.ts';
import {
  type Estimate,
  estimateOf,
  livePrior,
  type Prior,
  type ProgressSubject,
  progressOf,
  sandboxPrior,
  typicalOf,
} from '../src/domain/progress.ts';
import { createRandom, type Random } from '../test/simulation/random.ts';

const jobCount = 5000;

const seed = 1;

/** The most durations that an estimate learns from: as in the gateway. */
const sampleLimit = 200;

/** The cap of a fraction in src/domain/progress.ts. */
const fullBar = 0.95;

/** A provider: the durations of its jobs in seconds, and the gateway's poll interval. */
type Kind = {
  readonly name: string;
  readonly prior: Prior;
  readonly pollEverySeconds: number;
  readonly draw: (job: number, random: Random) => number;
};

const kinds: readonly Kind[] = [
  { name: 'as published', prior: livePrior, pollEverySeconds: 7, draw: (_job, random) => logNormal(144, random) },
  {
    name: 'swinging',
    prior: livePrior,
    pollEverySeconds: 7,
    draw: (job, random) => logNormal(144 * 2 ** Math.sin((2 * Math.PI * job) / 1000), random),
  },
  {
    name: 'sandbox',
    prior: sandboxPrior,
    pollEverySeconds: 1,
    draw: (_job, random) => randomLifeMsOf(random.next()) / 1000,
  },
];

/** What one job's watcher saw. */
type Shown = {
  readonly fullShare: number;
  /** The same for a baseline: a bar that fills evenly over typicalSeconds and then stops. */
  readonly plainFullShare: number;
  readonly halfTimeFraction: number;
  /** Relative to the remaining time; infinite if no time was shown. */
  readonly halfTimeError: number;
  readonly heldSlow: boolean;
  readonly saidOverdue: boolean;
};

function shownOf(estimate: Estimate, durationSeconds: number): Shown {
  const job: ProgressSubject = { estimate, submittedAt: 0, finishedAt: null, completed: false };
  const at = (seconds: number) => progressOf(job, seconds * 1000);
  const { medianSeconds, slowSeconds } = typicalOf(estimate);
  const halfTime = at(durationSeconds / 2);
  const left = durationSeconds / 2;
  return {
    fullShare: 1 - fullAt((seconds) => at(seconds).fraction, durationSeconds) / durationSeconds,
    plainFullShare: Math.max(0, 1 - (fullBar * medianSeconds) / durationSeconds),
    halfTimeFraction: halfTime.fraction,
    halfTimeError:
      halfTime.remainingSeconds === null ? Number.POSITIVE_INFINITY : Math.abs(halfTime.remainingSeconds - left) / left,
    heldSlow: durationSeconds <= slowSeconds,
    saidOverdue: at(durationSeconds).overdue,
  };
}

/** The time at which a monotonic fraction reaches its cap, by bisection to the millisecond; the end if it never does. */
function fullAt(fractionAt: (seconds: number) => number, endSeconds: number): number {
  let [before, after] = [0, endSeconds];
  while (after - before > 0.001) {
    const middle = (before + after) / 2;
    if (fractionAt(middle) < fullBar) before = middle;
    else after = middle;
  }
  return after;
}

/** A log-normal duration with this median and the published spread: 303 s at the 90th percentile for a median of 144 s. */
function logNormal(medianSeconds: number, random: Random): number {
  const sigma = Math.log(livePrior.slowSeconds / livePrior.medianSeconds) / 1.281_551_565_544_600_4;
  // Box and Muller, 1958; the logarithm needs a positive number.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return medianSeconds * Math.exp(sigma * normal);
}

/** The first poll after the end notices it; polls are an interval apart, 10 % more or less. */
function noticedAfter(durationSeconds: number, pollEverySeconds: number, random: Random): number {
  let seconds = 0;
  while (seconds < durationSeconds) seconds += pollEverySeconds * (0.9 + 0.2 * random.next());
  return seconds;
}

function simulate({ prior, pollEverySeconds, draw }: Kind): readonly Shown[] {
  const random = createRandom(seed);
  const durations: number[] = [];
  return Array.from({ length: jobCount }, (_, job) => {
    const durationSeconds = noticedAfter(draw(job, random), pollEverySeconds, random);
    const shown = shownOf(estimateOf(durations.slice(-sampleLimit), prior), durationSeconds);
    durations.push(durationSeconds);
    return shown;
  });
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const share = (numbers: readonly boolean[]) => mean(numbers.map(Number));

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

/** The output, line by line. */
const figures: readonly (readonly [string, (shown: readonly Shown[]) => number])[] = [
  ['of its life a job spent at 95 % or more, mean', (shown) => mean(shown.map(({ fullShare }) => fullShare))],
  ['the same for a plain bar', (shown) => mean(shown.map(({ plainFullShare }) => plainFullShare))],
  ['jobs that came there at all', (shown) => share(shown.map(({ fullShare }) => fullShare > 0.001))],
  ['fraction at half time, median', (shown) => median(shown.map(({ halfTimeFraction }) => halfTimeFraction))],
  [
    'error of remainingSeconds at half time, median',
    (shown) => median(shown.map(({ halfTimeError }) => halfTimeError)),
  ],
  ['jobs that ended within slowSeconds', (shown) => share(shown.map(({ heldSlow }) => heldSlow))],
  ['jobs that were called overdue', (shown) => share(shown.map(({ saidOverdue }) => saidOverdue))],
];

const shownByKind = kinds.map(simulate);

const rows = [
  [`${jobCount} jobs each`, ...kinds.map(({ name }) => name)],
  ...figures.map(([label, figure]) => [label, ...shownByKind.map((shown) => percent(figure(shown)))]),
];

for (const [label = '', ...cells] of rows) {
  process.stdout.write(`${label.padEnd(48)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
}
