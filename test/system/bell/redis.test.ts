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

/** How often a topic has rung since this was called. */
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
  await vi.waitFor(() => expect(others()).toBe(1), { timeout: 60_000 });

  // What the node rang itself comes back and is ignored; so is the ring of another installation.
  const bystander = wakesOf(elsewhere.bell, 'end');
  const end = wakesOf(here.bell, 'end');
  there.bell.ring(['end']);
  await vi.waitFor(() => expect(end()).toBe(1), { timeout: 60_000 });
  expect(own()).toBe(1);
  expect([bystander(), ...silent.map((wakes) => wakes())]).toEqual([0, 0, 0]);
});

redisTest(`all rings of one turn of the event loop are one message, with each topic once (${needs})`, async () => {
  const redis = await openWorld();
  const watcher = redis.connect();
  const messages: string[] = [];
  await watcher.psubscribe('*');
  watcher.on('pmessage', (_pattern, _channel, message: string) => {
    // Without a topic, a node sends itself a message to show that it may publish.
    if (message.includes('\n')) messages.push(message);
  });
  const { bell } = await openNode(redis);
  bell.ring(['job:1', 'account:1']);
  bell.ring(['job:2', 'account:1']);
  await Promise.resolve();
  bell.ring(['job:1']);
  await vi.waitFor(() => expect(messages).toHaveLength(1), { timeout: 60_000 });
  expect(messages[0]?.split('\n').slice(1)).toEqual(['job:1', 'account:1', 'job:2']);

  const many = Array.from({ length: 2500 }, (_, index) => `job:${index}`);
  bell.ring(many);
  await vi.waitFor(() => expect(messages).toHaveLength(4), { timeout: 60_000 });
  expect(messages.slice(1).flatMap((message) => message.split('\n').slice(1))).toEqual(many);
});

redisTest(`while Redis is unreachable a node rings its own listeners, and nothing throws (${needs})`, async () => {
  const redis = await openWorld();
  const { bell, log } = await openNode(redis);
  const own = wakesOf(bell, 'job:1');
  await redis.kill();
  await vi.waitFor(() => expect(log.messages()).toContainEqual(expect.stringContaining('Redis is unavailable')), {
    timeout: 60_000,
  });
  for (let ring = 1; ring <= 100; ring += 1) bell.ring(['job:1']);
  expect(own()).toBe(100);
});

redisTest(`when Redis is back all listeners are called, and rings are delivered again (${needs})`, async () => {
  const redis = await openWorld();
  const [here, there] = [await openNode(redis), await openNode(redis)];
  const counts = [wakesOf(here.bell, 'job:1'), wakesOf(there.bell, 'job:1'), wakesOf(there.bell, 'account:1')];
  await redis.kill();
  await vi.waitFor(() => expect(there.log.messages()).toContainEqual(expect.stringContaining('Redis is unavailable')), {
    timeout: 60_000,
  });
  await redis.start();
  await vi.waitFor(() => expect(counts.map((wakes) => wakes())).toEqual([1, 1, 1]), { timeout: 60_000 });
  expect(here.log.messages()).toContainEqual('Redis is available again.');

  // The connection that publishes may come back a moment after the one that subscribes.
  await vi.waitFor(
    () => {
      here.bell.ring(['job:1']);
      expect(counts[1]?.()).toBeGreaterThan(1);
    },
    { timeout: 60_000 },
  );
});

redisTest(`a frozen Redis is noticed, and everything goes on once it responds again (${needs})`, async () => {
  const redis = await openWorld();
  const [here, there] = [await openNode(redis), await openNode(redis)];
  const wakes = wakesOf(there.bell, 'job:1');
  redis.freeze();
  await vi.waitFor(() => expect(there.log.messages()).toContainEqual(expect.stringContaining('Redis is unavailable')), {
    timeout: 60_000,
  });
  redis.thaw();
  await vi.waitFor(() => expect(wakes()).toBeGreaterThan(0), { timeout: 60_000 });
  await vi.waitFor(
    () => {
      const before = wakes();
      here.bell.ring(['job:1']);
      return vi.waitFor(() => expect(wakes()).toBeGreaterThan(before), { timeout: 500 });
    },
    { timeout: 60_000 },
  );
});

redisTest(
  `a node that starts while Redis is unreachable starts anyway, and its rings are received once Redis is back (${needs})`,
  async () => {
    const redis = await openWorld();
    await redis.kill();
    const here = await openNode(redis);
    expect(here.log.messages()).toContainEqual('Redis is not available yet; this node starts without it.');
    await redis.start();
    const there = await openNode(redis);
    const wakes = wakesOf(here.bell, 'job:1');
    await vi.waitFor(
      () => {
        there.bell.ring(['job:1']);
        expect(wakes()).toBeGreaterThan(0);
      },
      { timeout: 60_000 },
    );
  },
);

redisTest(
  `the last rings before a node closes are sent, and a bell closes also while Redis is unreachable (${needs})`,
  async () => {
    const redis = await openWorld();
    const [here, there] = [await openNode(redis), await openNode(redis)];
    const wakes = wakesOf(there.bell, 'job:1');
    here.bell.ring(['job:1']);
    await here.bell.close();
    await vi.waitFor(() => expect(wakes()).toBe(1), { timeout: 60_000 });
    await redis.kill();
    await there.bell.close();
  },
);
