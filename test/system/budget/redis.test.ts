import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openRedisBudget, type RedisBudget } from '../../../src/adapter/budget/redis.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { type BudgetWorld, budgetCases } from '../../budget/cases.ts';
import { createManualClock, type ManualClock } from '../../world/clock.ts';
import { createMemoryLog } from '../../world/log.ts';
import { hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

const keyPrefix = 'test';

describe.runIf(hasRedis)('the request budget of many nodes (needs the Debian package redis-server)', () => {
  let redis: TestRedis;
  let keeper: ReturnType<TestRedis['connect']>;
  beforeAll(async () => {
    redis = await openTestRedis();
    keeper = redis.connect();
  });
  beforeEach(() => keeper.flushall());
  afterAll(() => redis.close());

  async function openNode(requestsPerMinute: number) {
    const clock = { ...createManualClock(), newId: createSystemClock().newId };
    const log = createMemoryLog();
    const budget = await openRedisBudget({ url: redis.url, keyPrefix, requestsPerMinute, clock, log });
    onTestFinished(() => budget.close());
    return { budget, clock, log };
  }

  /**
   * The test cannot advance Redis' own time, so it moves the stored times into the past, after everything sent before has been processed.
   */
  async function moveTime(ms: number, nodes: readonly { budget: RedisBudget; clock: ManualClock }[]): Promise<void> {
    await Promise.all(nodes.map(({ budget }) => budget.take(1_000_000).then((taken) => budget.giveBack(taken))));
    for (const key of [`${keyPrefix}:bucket`, `${keyPrefix}:submits:bucket`]) {
      await keeper.hincrbyfloat(key, 'filledAt', -ms);
      await keeper.hincrbyfloat(key, 'pausedUntil', -ms);
    }
    await Promise.all(nodes.map(({ clock }) => clock.advance(ms)));
  }

  async function openWorld(requestsPerMinute: number): Promise<BudgetWorld> {
    const beganAt = performance.now();
    const node = await openNode(requestsPerMinute);
    return {
      ...node,
      advance: (ms) => moveTime(ms, [node]),
      surplus: () => Math.ceil(((performance.now() - beganAt) * requestsPerMinute) / 60_000),
    };
  }

  test.each(budgetCases)('%s', (_name, run) => run(openWorld));

  test('what one node takes the others do not have, and what it gives back they do', async () => {
    const nodes = [await openNode(60), await openNode(60), await openNode(60)];
    const taken = await Promise.all(nodes.map(({ budget }) => budget.take(1)));
    expect(taken.toSorted()).toEqual([0, 1, 1]);
    nodes[0]?.budget.giveBack(1);
    await vi.waitFor(async () => expect(await nodes[1]?.budget.take(1)).toBe(1), { timeout: 60_000 });
  });

  test('a 429 at one node pauses all of them, for its whole time by their own clocks', async () => {
    const [one, other] = [await openNode(6000), await openNode(6000)];
    await other.clock.advance(86_400_000);
    one.budget.pauseUntil(one.clock.now() + 60_000);
    await vi.waitFor(async () => expect(await other.budget.take(1)).toBe(0), { timeout: 60_000 });
    expect(other.budget.nextAt()).toBeGreaterThan(other.clock.now() + 50_000);
    expect(other.budget.nextAt()).toBeLessThan(other.clock.now() + 62_000);
    await moveTime(61_000, [one, other]);
    expect(await other.budget.take(1)).toBe(1);
  });

  test('a 429 to a submit at one node holds the submits of all, which then ramp up; polls go on', async () => {
    const [one, other] = [await openNode(6000), await openNode(6000)];
    await other.clock.advance(86_400_000);
    one.budget.submits.pauseUntil(one.clock.now() + 60_000);
    await vi.waitFor(async () => expect(await other.budget.submits.take(1)).toBe(0), { timeout: 60_000 });
    expect(await other.budget.take(1)).toBe(1);
    expect(other.budget.submits.nextAt()).toBeGreaterThan(other.clock.now() + 50_000);
    await moveTime(61_000, [one, other]);
    // A second after the hold a tenth of the rate is back: some 10 of the 200 that the full bucket would have.
    const early = await other.budget.submits.take(1000);
    expect(early).toBeGreaterThan(5);
    expect(early).toBeLessThan(60);
  });

  test('a hold of submits outlives a Redis that is flushed or unreachable, and reaches the others on its return', async () => {
    const [one, other] = [await openNode(6000), await openNode(6000)];
    one.budget.submits.pauseUntil(one.clock.now() + 60_000);
    await vi.waitFor(async () => expect(await keeper.hget(`${keyPrefix}:submits:bucket`, 'tokens')).toBe('0'), {
      timeout: 60_000,
    });
    await redis.kill();
    expect(await one.budget.submits.take(1)).toBe(0);
    await one.clock.advance(5000);
    expect(await one.budget.submits.take(1)).toBe(0);
    await one.clock.advance(1000);
    await one.budget.take(1);
    await one.clock.advance(500);
    expect(await one.budget.take(1)).toBe(1);
    await redis.start();
    // Either node may be back first; the other does not know of the hold.
    const heldUntil = async () => Number(await keeper.hget(`${keyPrefix}:submits:bucket`, 'pausedUntil'));
    await vi.waitFor(async () => expect(await heldUntil()).toBeGreaterThan(Date.now()), { timeout: 60_000 });
    await one.clock.advance(2000);
    expect(await one.budget.submits.take(1)).toBe(0);
    await vi.waitFor(() => expect(other.log.messages()).toContainEqual('Redis is available again.'), {
      timeout: 60_000,
    });
    await other.clock.advance(2000);
    expect(await other.budget.submits.take(1)).toBe(0);
  });

  test('a flushed Redis gets from the nodes what they know: that the bucket is empty, and the end of the pause', async () => {
    const [one, other] = [await openNode(60), await openNode(60)];
    expect(await one.budget.take(2)).toBe(2);
    await keeper.flushall();
    expect(await one.budget.take(2)).toBeLessThan(2);

    one.budget.pauseUntil(one.clock.now() + 60_000);
    await vi.waitFor(async () => expect(await keeper.hget(`${keyPrefix}:bucket`, 'tokens')).toBe('0'), {
      timeout: 60_000,
    });
    await keeper.flushall();
    one.budget.giveBack(1);
    await vi.waitFor(async () => expect(await keeper.exists(`${keyPrefix}:bucket`)).toBe(1), { timeout: 60_000 });
    expect(await other.budget.take(1)).toBe(0);
  });

  test('while Redis is unreachable each node has its share, at most half of the budget, and a pause goes on', async () => {
    const nodes = [await openNode(6000), await openNode(6000), await openNode(6000)];
    // All have announced themselves; the last to do so knows of three.
    for (const { budget } of nodes) await budget.take(1);
    await nodes[0]?.budget.take(1);
    await nodes[1]?.budget.take(1);
    await redis.kill();
    onTestFinished(() => redis.start());
    const takenBy = async ({ budget, clock }: { budget: RedisBudget; clock: ManualClock }) => {
      let taken = await budget.take(1000);
      for (let step = 0; step < 40; step += 1) {
        await clock.advance(250);
        taken += await budget.take(1000);
      }
      return taken;
    };
    // Ten seconds of the whole budget are 1000.
    const shares = await Promise.all(nodes.map(takenBy));
    for (const share of shares) {
      expect(share).toBeGreaterThan(320);
      expect(share).toBeLessThan(340);
    }

    const [one] = nodes;
    one?.budget.pauseUntil(one.clock.now() + 10_000);
    expect(await one?.budget.take(1)).toBe(0);
    await one?.clock.advance(9000);
    expect(await one?.budget.take(1)).toBe(0);
  });

  test('a pause that starts while Redis is unreachable is written to it on its return', async () => {
    const [one, other] = [await openNode(6000), await openNode(6000)];
    await redis.kill();
    expect(await one.budget.take(1)).toBe(0);
    one.budget.pauseUntil(one.clock.now() + 60_000);
    await redis.start();
    await vi.waitFor(
      async () => expect(Number(await keeper.hget(`${keyPrefix}:bucket`, 'pausedUntil'))).toBeGreaterThan(Date.now()),
      { timeout: 60_000 },
    );
    await vi.waitFor(() => expect(other.log.messages()).toContainEqual('Redis is available again.'), {
      timeout: 60_000,
    });
    expect(await other.budget.take(1)).toBe(0);
  });

  test('a frozen Redis counts as unreachable after a second at most', async () => {
    const { budget } = await openNode(6000);
    redis.freeze();
    onTestFinished(() => redis.thaw());
    expect(await budget.take(1)).toBe(0);
  });
});
