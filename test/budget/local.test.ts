import { describe, expect, test } from 'vitest';
import { createLocalBucket, createLocalBudget, createOpenBudget } from '../../src/adapter/budget/local.ts';
import { createManualClock } from '../world/clock.ts';
import { budgetCases, type OpenBudgetWorld } from './cases.ts';

const openWorld: OpenBudgetWorld = async (requestsPerMinute) => {
  const clock = createManualClock();
  const budget = createLocalBudget({ requestsPerMinute, clock });
  return { budget, clock, advance: clock.advance, surplus: () => 0 };
};

describe('the request budget of one process', () => {
  test.each(budgetCases)('%s', (_name, run) => run(openWorld));

  test('reports to the millisecond when the next request is possible', async () => {
    const { budget, clock } = await openWorld(1);
    await budget.take(1);
    expect(budget.nextAt()).toBe(clock.now() + 60_000);
    await clock.advance(59_999);
    expect(await budget.take(1)).toBe(0);
    await clock.advance(2);
    expect(await budget.take(1)).toBe(1);
  });

  test('shows how many requests may go out now: none while it is paused', async () => {
    const { budget, clock } = await openWorld(300);
    expect(budget.available()).toBe(10);
    await budget.take(4);
    expect(budget.available()).toBe(6);
    await clock.advance(199);
    expect(budget.available()).toBe(6);
    await clock.advance(1);
    expect(budget.available()).toBe(7);
    budget.pauseUntil(clock.now() + 1000);
    expect(budget.available()).toBe(0);
    expect(createOpenBudget({ clock }).available()).toBeNull();
  });

  test('starts with the given tokens', async () => {
    const clock = createManualClock();
    const from = { tokens: 3, pausedUntil: clock.now() - 60_000 };
    expect(await createLocalBucket({ requestsPerMinute: 300, clock }, from).take(10)).toBe(3);
    const paused = { tokens: 3, pausedUntil: clock.now() + 1000 };
    expect(await createLocalBucket({ requestsPerMinute: 300, clock }, paused).take(10)).toBe(0);
  });
});

test('the budget of the sandbox is open, and no 429 pauses it', async () => {
  const clock = createManualClock();
  const budget = createOpenBudget({ clock });
  budget.pauseUntil(clock.now() + 60_000);
  expect(await budget.take(7)).toBe(7);
  expect(budget.nextAt()).toBe(clock.now());
});
