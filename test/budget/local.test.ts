import { describe, expect, test } from 'vitest';
import { createLocalBudget, createOpenBudget } from '../../src/budget/local.ts';
import { createManualClock } from '../world/clock.ts';

describe('the request budget', () => {
  test('holds at most two seconds’ worth, however long it was idle', async () => {
    const clock = createManualClock();
    const budget = createLocalBudget({ requestsPerMinute: 300, clock });
    await clock.advance(3_600_000);
    expect(await budget.take(1000)).toBe(10);
    expect(await budget.take(1)).toBe(0);
  });

  test('refills evenly, so that no minute sees more than its share and a burst', async () => {
    const clock = createManualClock();
    const budget = createLocalBudget({ requestsPerMinute: 300, clock });
    let taken = 0;
    for (let step = 0; step < 600; step += 1) {
      taken += await budget.take(1000);
      await clock.advance(100);
    }
    expect(taken).toBeGreaterThanOrEqual(300);
    expect(taken).toBeLessThanOrEqual(310);
  });

  test('lets a single request through at one a minute', async () => {
    const clock = createManualClock();
    const budget = createLocalBudget({ requestsPerMinute: 1, clock });
    expect(await budget.take(5)).toBe(1);
    expect(budget.nextAt()).toBe(clock.now() + 60_000);
    await clock.advance(59_999);
    expect(await budget.take(5)).toBe(0);
    await clock.advance(2);
    expect(await budget.take(5)).toBe(1);
  });

  test('gives nothing while paused, then ramps up', async () => {
    const clock = createManualClock();
    const budget = createLocalBudget({ requestsPerMinute: 6000, clock });
    budget.pauseUntil(clock.now() + 10_000);
    expect(await budget.take(10)).toBe(0);
    await clock.advance(9999);
    expect(await budget.take(10)).toBe(0);
    expect(budget.nextAt()).toBeGreaterThan(clock.now());
    await clock.advance(1001);
    const early = await budget.take(1000);
    expect(early).toBeGreaterThan(5);
    expect(early).toBeLessThan(30);
    await clock.advance(60_000);
    await budget.take(1000);
    await clock.advance(1000);
    expect(await budget.take(1000)).toBe(100);
  });

  test('an earlier pause does not shorten a later one', async () => {
    const clock = createManualClock();
    const budget = createLocalBudget({ requestsPerMinute: 300, clock });
    budget.pauseUntil(clock.now() + 60_000);
    budget.pauseUntil(clock.now() + 1000);
    await clock.advance(30_000);
    expect(await budget.take(1)).toBe(0);
  });

  test('takes back what was not used', async () => {
    const clock = createManualClock();
    const budget = createLocalBudget({ requestsPerMinute: 300, clock });
    expect(await budget.take(10)).toBe(10);
    budget.giveBack(4);
    expect(await budget.take(10)).toBe(4);
  });

  test('is open for the sandbox, and no 429 pauses it', async () => {
    const clock = createManualClock();
    const budget = createOpenBudget({ clock });
    budget.pauseUntil(clock.now() + 60_000);
    expect(await budget.take(7)).toBe(7);
    expect(budget.nextAt()).toBe(clock.now());
  });
});
