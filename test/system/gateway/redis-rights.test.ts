import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { createRedisHealth } from '../../../src/adapter/redis/health.ts';
import { makeFolder, runGateway, startGateway, type TestGateway } from '../../world/gateway.ts';
import { createMemoryLog } from '../../world/log.ts';
import { openTestProvider } from '../../world/provider.ts';
import { hasPostgres, startPostgres } from '../world/postgres.ts';
import { hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

vi.setConfig({ testTimeout: 120_000 });

const redisTest = test.runIf(hasRedis);

const needs = 'needs the Debian package redis-server';

const laterMs = 30_000;

async function openWorld(): Promise<{ readonly redis: TestRedis; start(url: string): Promise<TestGateway> }> {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const provider = await openTestProvider();
  onTestFinished(provider.close);
  const redis = await openTestRedis();
  onTestFinished(redis.close);
  return {
    redis,
    async start(url) {
      const settings = { SEGMIND_API_KEY: 'SG_x1', SEGMIND_BASE_URL: provider.url };
      const gateway = await startGateway(folder.path, { ...settings, REDIS_URL: url, MEDIA_SHARED: 'true' });
      onTestFinished(gateway.kill);
      return gateway;
    },
  };
}

/** The gateway's messages about Redis, except those about a start without it. */
function linesOf(gateway: TestGateway): readonly string[] {
  return gateway
    .output()
    .split('\n')
    .filter((line) => /Redis is (unavailable|available again)/.test(line));
}

const allRights = ['+@all', '~*', '&*'];

const withoutChannels = ['+@all', '~*', 'resetchannels'];

redisTest(
  `a user without rights to channels is logged once with the reason, and once when it has them (${needs})`,
  async () => {
    const { redis, start } = await openWorld();
    const admin = redis.connect();
    await admin.call('ACL', 'SETUSER', 'gate', 'on', '>opensesame', ...withoutChannels);
    const gateway = await start(redis.url.replace('//', '//gate:opensesame@'));
    await vi.waitFor(() => expect(linesOf(gateway)).toHaveLength(1), { timeout: laterMs });
    expect(linesOf(gateway)[0]).toMatch(/the user of REDIS_URL lacks a right.*NOPERM.*channel/);
    // Long enough for two more tries of each connection.
    await sleep(5000);
    expect(linesOf(gateway)).toHaveLength(1);

    await admin.call('ACL', 'SETUSER', 'gate', ...allRights);
    await vi.waitFor(() => expect(linesOf(gateway)).toHaveLength(2), { timeout: laterMs });
    expect(linesOf(gateway)[1]).toContain('Redis is available again.');
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output()).not.toContain('opensesame');
  },
);

redisTest(`a user without rights to keys is logged, because its budget is not shared (${needs})`, async () => {
  const { redis, start } = await openWorld();
  await redis.connect().call('ACL', 'SETUSER', 'gate', 'on', '>opensesame', '+@all', '&*');
  const gateway = await start(redis.url.replace('//', '//gate:opensesame@'));
  await vi.waitFor(() => expect(linesOf(gateway)[0]).toMatch(/"purpose":"budget".*NOPERM/), { timeout: laterMs });
  expect(await gateway.stop()).toBe(0);
});

redisTest(`the rights that docs/scaling.md names are enough (${needs})`, async () => {
  const { redis, start } = await openWorld();
  const keys = '~reelgate:* &reelgate:*';
  const commands =
    '+publish +subscribe +eval +hget +hmget +hset +zadd +zremrangebyscore +zcard +pexpire +time +ping +info +select';
  const rights = `${keys} ${commands} +client|setname`;
  await redis.connect().call('ACL', 'SETUSER', 'gate', 'on', '>opensesame', ...rights.split(' '));
  const gateway = await start(redis.url.replace('//', '//gate:opensesame@'));
  await sleep(2500);
  expect(linesOf(gateway)).toEqual([]);
  expect(gateway.output()).not.toContain('starts without');
  expect(await gateway.stop()).toBe(0);
});

redisTest(`a wrong password and a port without TLS are logged once, with the reason (${needs})`, async () => {
  const { redis, start } = await openWorld();
  await redis.connect().call('ACL', 'SETUSER', 'gate', 'on', '>opensesame', ...allRights);
  const wrong = [
    [redis.url.replace('//', '//gate:closesesame@'), /REDIS_URL has a wrong user or password: WRONGPASS/],
    [redis.url.replace('redis://', 'rediss://'), /use redis:\/\/ for a port without TLS/],
  ] as const;
  for (const [url, reason] of wrong) {
    const gateway = await start(url);
    await sleep(3000);
    expect(linesOf(gateway)).toHaveLength(1);
    expect(linesOf(gateway)[0]).toMatch(reason);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output()).not.toContain('closesesame');
  }
});

test('an unreachable Redis is logged once a minute, and its return once, when the last connection works', () => {
  const log = createMemoryLog();
  let now = 0;
  const health = createRedisHealth({ log, clock: { ...createSystemClock(), monotonic: () => now } });
  const away = expect.stringContaining('Redis is unavailable');
  for (; now < 90_000; now += 100)
    for (const purpose of ['bell ring', 'budget'] as const) health.fails(purpose, 'gone');
  expect(log.messages()).toEqual([away, away]);
  health.works('budget');
  expect(log.messages()).toHaveLength(2);
  health.works('bell ring');
  health.works('bell ring');
  expect(log.messages()).toEqual([away, away, 'Redis is available again.']);
  // Within the same minute neither the failure nor the recovery is logged again.
  health.fails('budget', 'gone');
  health.works('budget');
  expect(log.messages()).toHaveLength(3);
});

test.runIf(hasRedis && hasPostgres)(
  `a failed start ends with code 1 and releases its locks, with Redis and PostgreSQL up, frozen or down (${needs} and postgresql)`,
  async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const postgres = await startPostgres();
    onTestFinished(postgres.stop);
    const redis = await openTestRedis();
    onTestFinished(redis.close);
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const databaseUrl = await postgres.newDatabase();
    const fails = async (settings: Readonly<Record<string, string>>) => {
      const run = await runGateway(folder.path, { ...settings, PORT: port });
      expect(run).toMatchObject({ code: 1 });
      expect(run.output).toContain(`The address 127.0.0.1:${port} is already in use`);
    };
    const shared = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, MEDIA_SHARED: 'true' };
    await fails(shared);
    await fails({ REDIS_URL: redis.url, MEDIA_SHARED: 'true' });
    await fails({ DATABASE_URL: databaseUrl });
    redis.freeze();
    await fails(shared);
    redis.thaw();
    await redis.kill();
    await fails(shared);
    // No lock is left, of either engine.
    for (const settings of [{ DATABASE_URL: databaseUrl }, {}]) {
      const gateway = await startGateway(folder.path, settings);
      onTestFinished(gateway.kill);
      expect(await gateway.stop()).toBe(0);
    }
  },
);
