import { expect } from 'vitest';
import type { Budget } from '../../src/ports.ts';
import type { ManualClock } from '../world/clock.ts';

/** A budget, and a clock that the test moves. */
export type BudgetWorld = {
  readonly budget: Budget;
  readonly clock: ManualClock;
  /** Advances time, for the budget and for the place in which it keeps its tokens. */
  advance(ms: number): Promise<void>;
  /** How many more requests may have been refilled during the test's own run time: 0 if the clock is manual. */
  surplus(): number;
};

/** Opens a new budget of this many requests per minute. */
export type OpenBudgetWorld = (requestsPerMinute: number) => Promise<BudgetWorld>;

/** What every budget does, wherever it is kept; each implementation runs this list. */
export const budgetCases: readonly (readonly [string, (open: OpenBudgetWorld) => Promise<void>])[] = [
  [
    'holds at most two seconds’ worth, however long it was idle',
    async (open) => {
      const { budget, advance, surplus } = await open(300);
      await advance(3_600_000);
      expectAbout(await budget.take(1000), 10, surplus());
      expectAbout(await budget.take(1), 0, surplus());
    },
  ],
  [
    'refills evenly, so that no minute sees more than its share and a burst',
    async (open) => {
      const { budget, advance, surplus } = await open(300);
      let taken = 0;
      for (let step = 0; step < 240; step += 1) {
        taken += await budget.take(1000);
        await advance(250);
      }
      expect(taken).toBeGreaterThanOrEqual(300);
      expect(taken).toBeLessThanOrEqual(310 + surplus());
    },
  ],
  [
    'lets a single request through at one a minute',
    async (open) => {
      const { budget, advance, clock } = await open(1);
      expect(await budget.take(5)).toBe(1);
      expect(budget.nextAt()).toBeGreaterThan(clock.now() + 55_000);
      expect(budget.nextAt()).toBeLessThanOrEqual(clock.now() + 60_000);
      await advance(45_000);
      expect(await budget.take(5)).toBe(0);
      await advance(15_002);
      expect(await budget.take(5)).toBe(1);
    },
  ],
  [
    'gives nothing while paused, then ramps up',
    async (open) => {
      const { budget, advance, clock, surplus } = await open(6000);
      budget.pauseUntil(clock.now() + 60_000);
      expect(await budget.take(10)).toBe(0);
      await advance(45_000);
      expect(await budget.take(10)).toBe(0);
      expect(budget.nextAt()).toBeGreaterThan(clock.now());
      await advance(16_000);
      const early = await budget.take(1000);
      expect(early).toBeGreaterThan(5);
      expect(early).toBeLessThan(30 + surplus());
      await advance(60_000);
      expect(await budget.take(1000)).toBeGreaterThan(100);
      await advance(1000);
      expectAbout(await budget.take(1000), 100, surplus());
    },
  ],
  [
    'an earlier pause does not shorten a later one',
    async (open) => {
      const { budget, advance, clock } = await open(300);
      budget.pauseUntil(clock.now() + 60_000);
      budget.pauseUntil(clock.now() + 1000);
      await advance(30_000);
      expect(await budget.take(1)).toBe(0);
    },
  ],
  [
    'takes back what was not used, and holds no more than it can',
    async (open) => {
      const { budget, surplus } = await open(300);
      expectAbout(await budget.take(10), 10, surplus());
      budget.giveBack(4);
      expectAbout(await budget.take(10), 4, surplus());
      budget.giveBack(1000);
      expectAbout(await budget.take(1000), 10, surplus());
    },
  ],
];

function expectAbout(taken: number, expected: number, surplus: number): void {
  expect(taken).toBeGreaterThanOrEqual(expected);
  expect(taken).toBeLessThanOrEqual(expected + surplus);
}
