import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openRedisBell } from '../../../src/adapter/bell/redis.ts';
import { openRedisBudget } from '../../../src/adapter/budget/redis.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { isRedisCluster } from '../../../src/adapter/redis/cluster.ts';
import { createRedisHealth } from '../../../src/adapter/redis/health.ts';
import type { LogFields } from '../../../src/ports.ts';
import { makeFolder, runGateway } from '../../world/gateway.ts';
import { createMemoryLog } from '../../world/log.ts';
import { freePort, hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

vi.setConfig({ testTimeout: 120_000 });

const laterMs = 60_000;

const sentinel = '/usr/bin/redis-sentinel';

const hasSentinel = (hasRedis && existsSync(sentinel)) || process.env['CI'] === 'true';

const portOf = ({ url }: TestRedis) => Number(new URL(url).port);

/** A master with a password, its replica, and a Sentinel with a password of its own. */
async function openWorld() {
  const [master, replica] = await Promise.all([openTestRedis(), openTestRedis()]);
  onTestFinished(() => Promise.all([master.close(), replica.close()]).then(() => undefined));
  const replicaClient = replica.connect();
  for (const client of [master.connect(), replicaClient]) {
    await client.config('SET', 'masterauth', 'opensesame');
    await client.config('SET', 'requirepass', 'opensesame');
    // A Sentinel closes all connections of a server whose role it changes.
    client.options.password = 'opensesame';
  }
  await replicaClient.replicaof('127.0.0.1', portOf(master));
  await vi.waitFor(async () => expect(await replicaClient.info('replication')).toContain('master_link_status:up'), {
    timeout: laterMs,
  });
  const watching = [
    `sentinel monitor gate 127.0.0.1 ${portOf(master)} 1`,
    'sentinel auth-pass gate opensesame',
    'sentinel down-after-milliseconds gate 1000',
    'sentinel failover-timeout gate 5000',
  ];
  // The first of the list knows no master, so that the other one alone decides whether there is a failover.
  const [first, second] = [await startSentinel([]), await startSentinel(watching)];
  const hosts = `127.0.0.1:${first.port},127.0.0.1:${second.port}`;
  const url = `redis+sentinel://:opensesame@${hosts}/gate?sentinel_password=knockknock`;
  return { master, replica, replicaClient, url, first: first.child };
}

/** Starts a Sentinel with a password of its own; fulfils when it accepts connections. */
async function startSentinel(watching: readonly string[]) {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const port = await freePort();
  const file = join(folder.path, 'sentinel.conf');
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder.path}`, 'requirepass knockknock', ...watching];
  await writeFile(file, lines.join('\n'));
  const child = spawn(sentinel, [file], { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const client = new Redis(port, '127.0.0.1', { password: 'knockknock' });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
  return { port, child };
}

/** A log that keeps its lines as text. */
function createFullLog() {
  let text = '';
  const keep = (fields: LogFields, message: string) => {
    text += `${message} ${JSON.stringify(fields)}\n`;
  };
  return { debug: keep, info: keep, warn: keep, error: keep, text: () => text };
}

/** What happens to the first Sentinel of the list: before the start, and before the failover. A stopped one accepts connections. */
const fates = [
  ['is down', 'SIGKILL', null],
  ['hangs from the start', 'SIGSTOP', null],
  ['hangs at the failover', null, 'SIGSTOP'],
] as const;

describe.runIf(hasSentinel)('Redis with Sentinel (needs the Debian packages redis-server and redis-sentinel)', () => {
  test.each(fates)(
    'is found, and a failover followed, with one line in the log; the first Sentinel %s',
    async (...fate) => {
      const [, atStart, atFailover] = fate;
      const { master, replicaClient, url, first } = await openWorld();
      if (atStart !== null) first.kill(atStart);
      const clock = createSystemClock();
      expect(await isRedisCluster(url, clock)).toBe(false);
      const log = createMemoryLog();
      const open = async () => {
        const health = createRedisHealth({ log, clock });
        const bell = await openRedisBell({ url, installation: 'test', clock, log, health });
        onTestFinished(() => bell.close());
        return { bell, health };
      };
      const [one, two] = [await open(), await open()];
      const budgetOptions = { url, keyPrefix: 'test', requestsPerMinute: 6000, clock, log, health: one.health };
      const budget = await openRedisBudget(budgetOptions);
      onTestFinished(() => budget.close());
      expect(await budget.take(1)).toBe(1);
      let rings = 0;
      two.bell.listen('job:1', () => {
        rings += 1;
      });
      const rung = () => {
        one.bell.ring(['job:1']);
        return rings;
      };
      await vi.waitFor(() => expect(rung()).toBeGreaterThan(0), { timeout: laterMs });

      // Redis was found before the end of the wait at the start.
      expect(log.messages()).toEqual([]);

      if (atFailover !== null) first.kill(atFailover);
      await master.kill();
      await vi.waitFor(async () => expect(await replicaClient.info('replication')).toContain('role:master'), {
        timeout: laterMs,
      });
      const subscribed = async () => Number((await replicaClient.pubsub('NUMSUB', 'reelgate:test:bell'))[1]);
      await vi.waitFor(async () => expect(await subscribed()).toBe(2), { timeout: laterMs });
      const before = rings;
      await vi.waitFor(() => expect(rung()).toBeGreaterThan(before), { timeout: laterMs });
      await vi.waitFor(async () => expect(await budget.take(1)).toBe(1), { timeout: laterMs });
      // Each of the two nodes logs one line when Redis goes and one when it is back.
      await vi.waitFor(
        () => expect(log.messages().filter((line) => line === 'Redis is available again.')).toHaveLength(2),
        { timeout: laterMs },
      );
      expect(log.messages().filter((line) => line.startsWith('Redis is unavailable'))).toHaveLength(2);
    },
  );
});

describe.runIf(hasRedis)('Redis (needs the Debian package redis-server)', () => {
  test('a bell alone notices that its server has become a replica, and that it is a master again', async () => {
    const redis = await openTestRedis();
    onTestFinished(() => redis.close());
    const [clock, log] = [createSystemClock(), createMemoryLog()];
    const bell = await openRedisBell({ url: redis.url, installation: 'test', clock, log });
    onTestFinished(() => bell.close());
    const admin = redis.connect();
    await admin.replicaof('127.0.0.1', await freePort());
    await vi.waitFor(() => expect(log.messages()).toEqual([expect.stringMatching(/^Redis is unavailable/)]), {
      timeout: laterMs,
    });
    await admin.replicaof('NO', 'ONE');
    await vi.waitFor(() => expect(log.messages().at(-1)).toBe('Redis is available again.'), { timeout: laterMs });
  });

  test('a Redis Cluster stops the start with a sentence', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const redis = await openTestRedis(['--cluster-enabled', 'yes']);
    onTestFinished(() => redis.close());
    const run = await runGateway(folder.path, { REDIS_URL: redis.url, MEDIA_SHARED: 'true' });
    expect(run.code).toBe(1);
    expect(run.output).toContain('REDIS_URL leads to a Redis Cluster, which is not supported');
  });

  test('a Redis Cluster that the start could not reach never counts as working, and the log says why', async () => {
    const redis = await openTestRedis(['--cluster-enabled', 'yes']);
    onTestFinished(() => redis.close());
    await redis.kill();
    let now = 0;
    const [clock, log] = [{ ...createSystemClock(), monotonic: () => now }, createFullLog()];
    expect(await isRedisCluster(redis.url, clock)).toBe(false);
    const bell = await openRedisBell({ url: redis.url, installation: 'test', clock, log });
    onTestFinished(() => bell.close());
    await redis.start();
    // The reason of each minute is logged.
    now = 60_000;
    await vi.waitFor(() => expect(log.text()).toContain('REDIS_URL leads to a Redis Cluster'), { timeout: laterMs });
    expect(log.text()).not.toContain('Redis is available again.');
  });

  test('a Redis Cluster is recognised without the right to INFO', async () => {
    const redis = await openTestRedis(['--cluster-enabled', 'yes']);
    onTestFinished(() => redis.close());
    await redis.connect().call('ACL', 'SETUSER', 'gate', 'on', '>opensesame', '+@all', '~*', '&*', '-info');
    expect(await isRedisCluster(redis.url.replace('//', '//gate:opensesame@'), createSystemClock())).toBe(true);
  });
});
