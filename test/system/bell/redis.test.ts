import { expect, onTestFinished, test, vi } from 'vitest';
import { openRedisBell } from '../../../src/adapter/bell/redis.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import type { Bell } from '../../../src/ports.ts';
import { createMemoryLog } from '../../world/log.ts';
import { hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

const needs = 'needs the Debian package redis-server';

const redisTest = test.runIf(hasRedis);

async function openWorld() {
  const redis = await openTestRedis();
  onTestFinished(() => redis.close());
  return redis;
}

async function openNode({ url }: Pick<TestRedis, 'url'>, installation = 'one') {
  const log = createMemoryLog();
  const bell = await openRedisBell({ url, installation, clock: createSystemClock(), log });
  onTestFinished(() => bell.close());
  return { bell, log };
}

/** How often a topic has woken someone since this was called. */
function wakesOf(bell: Bell, topic: string): () => number {
  let wakes = 0;
  bell.listen(topic, () => {
    wakes += 1;
  });
  return () => wakes;
}

redisTest(`a ring at one node wakes its own listeners at once, and those of every other node (${needs})`, async () => {
  const redis = await openWorld();
  const [here, there, elsewhere] = [await openNode(redis), await openNode(redis), await openNode(redis, 'another')];
  const own = wakesOf(here.bell, 'job:1');
  const others = wakesOf(there.bell, 'job:1');
  const silent = [wakesOf(there.bell, 'job:2'), wakesOf(elsewhere.bell, 'job:1')];
  here.bell.ring(['job:1']);
  expect(own()).toBe(1);
  await vi.waitFor(() => expect(others()).toBe(1));

  // What comes back over the wire is known already; what another installation rings is not ours.
  const bystander = wakesOf(elsewhere.bell, 'end');
  const end = wakesOf(here.bell, 'end');
  there.bell.ring(['end']);
  await vi.waitFor(() => expect(end()).toBe(1));
  expect(own()).toBe(1);
  expect([bystander(), ...silent.map((wakes) => wakes())]).toEqual([0, 0, 0]);
});

redisTest(`whatever rings in one turn of the event loop is one message, with each topic once (${needs})`, async () => {
  const redis = await openWorld();
  const watcher = redis.connect();
  const messages: string[] = [];
  await watcher.psubscribe('*');
  watcher.on('pmessage', (_pattern, _channel, message: string) => {
    // Without a topic it is a node that shows itself that it may ring.
    if (message.includes('\n')) messages.push(message);
  });
  const { bell } = await openNode(redis);
  bell.ring(['job:1', 'account:1']);
  bell.ring(['job:2', 'account:1']);
  await Promise.resolve();
  bell.ring(['job:1']);
  await vi.waitFor(() => expect(messages).toHaveLength(1));
  expect(messages[0]?.split('\n').slice(1)).toEqual(['job:1', 'account:1', 'job:2']);

  const many = Array.from({ length: 2500 }, (_, index) => `job:${index}`);
  bell.ring(many);
  await vi.waitFor(() => expect(messages).toHaveLength(4));
  expect(messages.slice(1).flatMap((message) => message.split('\n').slice(1))).toEqual(many);
});

redisTest(`while Redis is away a node rings its own listeners, and nothing throws (${needs})`, async () => {
  const redis = await openWorld();
  const { bell, log } = await openNode(redis);
  const own = wakesOf(bell, 'job:1');
  await redis.kill();
  await vi.waitFor(() => expect(log.messages()).toContainEqual(expect.stringContaining('Redis is unavailable')));
  for (let ring = 1; ring <= 100; ring += 1) bell.ring(['job:1']);
  expect(own()).toBe(100);
});

redisTest(
  `when Redis is back everyone is woken, whatever they listen to, and rings travel again (${needs})`,
  async () => {
    const redis = await openWorld();
    const [here, there] = [await openNode(redis), await openNode(redis)];
    const heard = [wakesOf(here.bell, 'job:1'), wakesOf(there.bell, 'job:1'), wakesOf(there.bell, 'account:1')];
    await redis.kill();
    await vi.waitFor(() =>
      expect(there.log.messages()).toContainEqual(expect.stringContaining('Redis is unavailable')),
    );
    await redis.start();
    await vi.waitFor(() => expect(heard.map((wakes) => wakes())).toEqual([1, 1, 1]), { timeout: 60_000 });
    expect(here.log.messages()).toContainEqual('Redis is available again.');

    // The line that rings may come back a moment after the one that listens.
    await vi.waitFor(
      () => {
        here.bell.ring(['job:1']);
        expect(heard[1]?.()).toBeGreaterThan(1);
      },
      { timeout: 60_000 },
    );
  },
);

redisTest(`a Redis that stands still is noticed, and all goes on when it moves again (${needs})`, async () => {
  const redis = await openWorld();
  const [here, there] = [await openNode(redis), await openNode(redis)];
  const heard = wakesOf(there.bell, 'job:1');
  redis.freeze();
  await vi.waitFor(() => expect(there.log.messages()).toContainEqual(expect.stringContaining('Redis is unavailable')), {
    timeout: 60_000,
  });
  redis.thaw();
  await vi.waitFor(() => expect(heard()).toBeGreaterThan(0), { timeout: 60_000 });
  await vi.waitFor(
    () => {
      const before = heard();
      here.bell.ring(['job:1']);
      return vi.waitFor(() => expect(heard()).toBeGreaterThan(before), { timeout: 500 });
    },
    { timeout: 60_000 },
  );
});

redisTest(
  `a node that starts while Redis is away starts all the same, and is heard once it comes (${needs})`,
  async () => {
    const redis = await openWorld();
    await redis.kill();
    const here = await openNode(redis);
    expect(here.log.messages()).toContainEqual('Redis is not available yet; this node starts without it.');
    await redis.start();
    const there = await openNode(redis);
    const heard = wakesOf(here.bell, 'job:1');
    await vi.waitFor(
      () => {
        there.bell.ring(['job:1']);
        expect(heard()).toBeGreaterThan(0);
      },
      { timeout: 60_000 },
    );
  },
);

redisTest(
  `the last rings before a node closes are sent, and a bell closes also while Redis is away (${needs})`,
  async () => {
    const redis = await openWorld();
    const [here, there] = [await openNode(redis), await openNode(redis)];
    const heard = wakesOf(there.bell, 'job:1');
    here.bell.ring(['job:1']);
    await here.bell.close();
    await vi.waitFor(() => expect(heard()).toBe(1));
    await redis.kill();
    await there.bell.close();
  },
);
