import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  estimateOf,
  knownEstimateOf,
  livePrior,
  type ProgressSubject,
  progressOf,
  quantileOf,
  sandboxPrior,
  typicalOf,
} from '../../src/domain/progress.ts';

const running = (estimate: ProgressSubject['estimate']): ProgressSubject => ({
  estimate,
  submittedAt: 0,
  finishedAt: null,
  completed: false,
});

describe('an estimate', () => {
  test('uses the prior until five jobs have completed', () => {
    const prior = estimateOf([10, 10, 10, 10], livePrior);
    expect(prior.sampleSize).toBe(0);
    expect(typicalOf(prior).medianSeconds).toBeCloseTo(144, 0);
    expect(typicalOf(prior).slowSeconds / 303).toBeCloseTo(1, 1);
    expect(estimateOf([10, 10, 10, 10, 10], livePrior)).toEqual({
      sampleSize: 5,
      quantileSeconds: Array.from({ length: 20 }, () => 10),
    });
  });

  test('has twenty ascending quantiles, whatever the durations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 4000, noNaN: true }), { minLength: 5, maxLength: 200 }),
        (durations) => {
          const { quantileSeconds } = estimateOf(durations, sandboxPrior);
          expect(quantileSeconds).toHaveLength(20);
          expect(quantileSeconds).toEqual(quantileSeconds.toSorted((a, b) => a - b));
          expect(quantileSeconds[0]).toBeGreaterThanOrEqual(Math.min(...durations));
          expect(quantileSeconds[19]).toBeLessThanOrEqual(Math.max(...durations));
        },
      ),
    );
  });

  test.each([0, 3, 240])('of a job that is known to take %i s ends about then', (seconds) => {
    const job = running(knownEstimateOf(seconds));
    const at = (elapsed: number) => progressOf(job, elapsed * 1000);
    expect(at(0).remainingSeconds).toBeCloseTo(seconds + 1, 0);
    expect(at(seconds).overdue).toBe(false);
    expect(at(seconds + 4)).toMatchObject({ overdue: true, fraction: 0.95 });
    if (seconds > 0) expect(at(seconds / 2).fraction).toBeCloseTo(seconds / 2 / (seconds + 1), 1);
  });

  test('interpolates linearly between the members of a list', () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((share) => quantileOf([10, 20, 30], share))).toEqual([10, 15, 20, 28, 30]);
  });
});

describe('progress', () => {
  test('never falls and stays below 1 until the end, for any durations and any reading times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { maxLength: 60 }),
        fc.array(fc.double({ min: 0, max: 3_000_000, noNaN: true }), { minLength: 2, maxLength: 60 }),
        (durations, times) => {
          const job = running(estimateOf(durations, livePrior));
          const fractions = times.toSorted((a, b) => a - b).map((at) => progressOf(job, at).fraction);
          expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
          for (const fraction of fractions) expect(fraction).toBeLessThanOrEqual(0.95);
          for (const fraction of fractions) expect(fraction).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test('is the running maximum of min(0.95, t / (t + remaining)), as reading every tenth of a second shows', () => {
    const estimate = estimateOf([5, 8, 9, 14, 20, 21, 30, 60, 61, 90], livePrior);
    let highest = 0;
    for (let tenths = 0; tenths < 1200; tenths += 1) {
      const elapsed = tenths / 10;
      const longer = estimate.quantileSeconds.filter((quantile) => quantile > elapsed);
      const plain = longer.length === 0 ? 0.95 : Math.min(0.95, elapsed / quantileOf(longer, 0.5));
      highest = Math.max(highest, plain);
      // Reading in steps misses the instant before a quantile is passed, so the true maximum may be one step ahead.
      const { fraction } = progressOf(running(estimate), elapsed * 1000);
      // A fraction has four decimals.
      expect(fraction).toBeGreaterThanOrEqual(highest - 0.000_051);
      expect(fraction - highest).toBeLessThan(0.03);
    }
  });

  test('is 0 before the provider accepts the job, with the typical time remaining', () => {
    const estimate = estimateOf([10, 20, 30, 40, 50], livePrior);
    const progress = progressOf({ estimate, submittedAt: null, finishedAt: null, completed: false }, 1000);
    expect(progress).toMatchObject({ fraction: 0, elapsedSeconds: 0, overdue: false, sampleSize: 5 });
    expect(progress.remainingSeconds).toBeCloseTo(30, 5);
    expect(progress.estimatedFinishAt).toBe(31_000);
  });

  test('is 1 only when COMPLETED, and does not change after the end', () => {
    const estimate = estimateOf([10, 20, 30, 40, 50], livePrior);
    const ended = { estimate, submittedAt: 0, finishedAt: 12_000 };
    expect(progressOf({ ...ended, completed: true }, 99_000)).toMatchObject({
      fraction: 1,
      elapsedSeconds: 12,
      remainingSeconds: null,
    });
    const failed = progressOf({ ...ended, completed: false }, 99_000);
    expect(failed.fraction).toBe(progressOf({ ...ended, completed: false }, 12_000).fraction);
    expect(failed.fraction).toBeLessThan(1);
  });

  test('is overdue above the 95th percentile, and then gives no remaining time', () => {
    const durations = Array.from({ length: 100 }, (_, i) => i + 1);
    const job = running(estimateOf(durations, livePrior));
    expect(progressOf(job, 94_000)).toMatchObject({ overdue: false });
    expect(progressOf(job, 97_000)).toMatchObject({ overdue: true, remainingSeconds: null, estimatedFinishAt: null });
  });

  test('shows no negative time after the clock stepped back', () => {
    expect(progressOf({ ...running(estimateOf([], livePrior)), submittedAt: 5000 }, 1000)).toMatchObject({
      elapsedSeconds: 0,
      fraction: 0,
    });
  });
});
