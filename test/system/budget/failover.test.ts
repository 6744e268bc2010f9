import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openRedisBell } from '../../../src/adapter/bell/redis.ts';
import { openRedisBudget } from '../../../src/adapter/budget/redis.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { createRedisHealth } from '../../../src/adapter/redis/health.ts';
import { createMemoryLog } from '../../world/log.ts';
import { hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

const laterMs = 60_000;

/** A proxy whose new connections go to the server chosen last; those that exist stay where they are. */
async function openProxy(first: TestRedis) {
  let target = Number(new URL(first.url).port);
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((inward) => {
    connections += 1;
    const outward = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => void other.destroy());
      socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    connections: () => connections,
    pointTo(redis: TestRedis) {
      target = Number(new URL(redis.url).port);
    },
  };
}

describe.runIf(hasRedis)('a failover of Redis (needs the Debian package redis-server)', () => {
  test('that leaves connections at a server that is now a replica is followed, with one line in the log', async () => {
    const [old, fresh] = await Promise.all([openTestRedis(), openTestRedis()]);
    onTestFinished(() => Promise.all([old.close(), fresh.close()]).then(() => undefined));
    const proxy = await openProxy(old);
    const clock = createSystemClock();
    const log = createMemoryLog();
    const health = createRedisHealth({ log, clock });
    const { url } = proxy;
    const budget = await openRedisBudget({ url, keyPrefix: 'test', requestsPerMinute: 6000, clock, log, health });
    onTestFinished(() => budget.close());
    const bell = await openRedisBell({ url, installation: 'test', clock, log, health });
    onTestFinished(() => bell.close());
    expect(await budget.take(1)).toBe(1);
    const before = proxy.connections();

    await old.connect().replicaof('127.0.0.1', Number(new URL(fresh.url).port));
    await budget.take(1);
    // As long as only the replica can be reached, connections are tried anew, and nothing claims that Redis is back.
    await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThanOrEqual(before + 2), { timeout: laterMs });
    expect(log.messages()).toEqual([expect.stringMatching(/^Redis is unavailable/)]);

    proxy.pointTo(fresh);
    await vi.waitFor(() => expect(log.messages()).toContain('Redis is available again.'), { timeout: laterMs });
    expect(log.messages().filter((message) => message.startsWith('Redis is unavailable'))).toHaveLength(1);
    const master = fresh.connect();
    await vi.waitFor(async () => expect(await master.exists('test:bucket')).toBe(1), { timeout: laterMs });
    // The bell's connections have followed, although nothing refused them anything.
    const subscribed = async () => (await master.pubsub('NUMSUB', 'reelgate:test:bell'))[1];
    await vi.waitFor(async () => expect(Number(await subscribed())).toBe(1), { timeout: laterMs });
  });
});
