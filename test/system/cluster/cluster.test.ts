import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectFinalStateSeen, expectNoneTwiceNoneLost, readCluster, unconfirmedOf, withoutDeath } from './audit.ts';
import { createUser, type Seen, type User } from './clients.ts';
import { type Nodes, startNodes } from './nodes.ts';
import { type Ground, hasServers, openGround } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

const jobs = process.env['CI'] === 'true' ? 2000 : 200;

const nodeCount = 3;

const userCount = 10;

/** New requests are made as jobs end, so that at every death some jobs are waiting, being sent, running and ending. */
const mostRunning = Math.min(400, jobs / 2);

/** The incidents while jobs run; between two of them, a part of all jobs ends. */
const troubles = ['node', 'node', 'redis', 'node', 'node', 'postgres', 'node', 'node', 'node', 'node'] as const;

async function makeTrouble(trouble: (typeof troubles)[number], { redis, postgres }: Ground, nodes: Nodes) {
  if (trouble === 'postgres') {
    await postgres.kill();
    return postgres.start();
  }
  if (trouble === 'redis') await redis.kill();
  const bringBack = await nodes.killOne();
  await bringBack();
  if (trouble === 'redis') {
    await redis.start();
    await redis.connect().flushall();
  }
}

/** Lets users request videos and watch them end, at most `mostRunning` at a time. Calls back at each end. */
async function requestAll(users: readonly User[], prompts: readonly string[], ended: () => void): Promise<Seen[]> {
  const left = [...prompts.entries()];
  const seen: Seen[] = [];
  const work = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [index, key] = next;
      const user = users[index % users.length];
      if (user === undefined) throw new Error('There are no users');
      seen.push(await user.watch(await user.requestVideo(key)));
      ended();
    }
  };
  await Promise.all(Array.from({ length: mostRunning }, work));
  return seen;
}

describe.runIf(hasServers)('three nodes (needs the Debian packages postgresql and redis-server)', () => {
  test(`that are killed, with Redis and PostgreSQL, do ${jobs} jobs (200, or 2,000 where CI is true): none twice, none lost`, async ({
    annotate,
  }) => {
    const ground = await openGround();
    const settings = {
      ...ground.settings,
      POLL_INTERVAL_MS: '1500',
      USER_REQUESTS_PER_MINUTE: '1000000',
      LOG_LEVEL: 'error',
    };
    const nodes = await startNodes(nodeCount, () => ground.startNode(settings));
    const owners = Array.from({ length: userCount }, (_, index) => `user-${index}`);
    const users = await Promise.all(owners.map((owner) => createUser(owner, nodes, nodeCount)));
    onTestFinished(() => Promise.all(users.map((user) => user.close())).then(() => undefined));

    const prompts = Array.from({ length: jobs }, (_, index) => `video ${index}`);
    let ends = 0;
    const working = requestAll(users, prompts, () => {
      ends += 1;
    });
    const troubling = (async () => {
      for (const [index, trouble] of troubles.entries()) {
        const due = ((index + 1) * jobs) / (troubles.length + 2);
        await vi.waitUntil(() => ends >= due, { timeout: 500_000 });
        await makeTrouble(trouble, ground, nodes);
      }
    })();
    const [seen] = await Promise.all([working, troubling]);
    expect(await nodes.stop()).toEqual([0, 0, 0]);

    const audited = await readCluster(ground.databaseUrl, owners);
    expectNoneTwiceNoneLost(audited, prompts, { provider: ground.provider, deaths: nodes.deaths });
    expectFinalStateSeen(audited, seen);
    const lost = unconfirmedOf(audited);
    const posts = ground.provider.submissions.length;
    const unexplained = withoutDeath(lost, nodes.deaths).length;
    await annotate(
      `${nodes.deaths.length} nodes killed, ${jobs} jobs, ${posts} POSTs, ${lost.length} unconfirmed, ${unexplained} without a death`,
    );
  });
});
