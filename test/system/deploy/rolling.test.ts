import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, startGateway, type TestGateway } from '../../world/gateway.ts';
import { hasPostgres, query, startPostgres } from '../world/postgres.ts';
import { freePort, hasRedis, openTestRedis } from '../world/redis.ts';
import { hasNginx, openNginx } from './nginx-world.ts';

const mutations = 300;

const everyMs = 100;

/** A node that restarts on its own port, as one behind a proxy does. */
async function openNode(folder: string, settings: Readonly<Record<string, string>>) {
  const port = await freePort();
  const start = () => startGateway(folder, { ...settings, PORT: String(port) });
  let node: TestGateway = await start();
  const before: TestGateway[] = [];
  onTestFinished(() => node.kill());
  return {
    port,
    async restart() {
      const code = await node.stop();
      before.push(node);
      node = await start();
      return code;
    },
    stop: () => node.stop(),
    /** Its log lines about faults, before the restart and after. */
    faults: () => [...before, node].flatMap(({ output }) => output().match(/^.*"level":"error".*$/gm) ?? []),
  };
}

/** Sends mutations without idempotency keys, one every 100 ms, whatever became of those before. */
async function sendAll(url: string): Promise<readonly string[]> {
  const sent: Promise<string>[] = [];
  for (let n = 0; n < mutations; n += 1) {
    sent.push(mutate(url));
    await sleep(everyMs);
  }
  return Promise.all(sent);
}

async function mutate(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: generate, variables: { input: { prompt: '@test/ok:1s' } } }),
    });
    const text = await response.text();
    if (response.status !== 200) return `${response.status} ${text.slice(0, 200)}`;
    return JSON.parse(text).data?.generateVideo.__typename ?? text.slice(0, 300);
  } catch (error) {
    return String(error);
  }
}

test.runIf(hasNginx && hasPostgres && hasRedis)(
  'a rolling restart of two nodes loses none of 10 mutations a second, and doubles none (needs nginx, PostgreSQL, Redis)',
  async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const redis = await openTestRedis();
    onTestFinished(redis.close);
    const postgres = await startPostgres();
    onTestFinished(postgres.stop);
    const databaseUrl = await postgres.newDatabase();
    const port = await freePort();
    const settings = {
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      MEDIA_SHARED: 'true',
      // As in compose.yaml.
      SHUTDOWN_DELAY_SECONDS: '8',
      VIDEO_PRICE_CREDITS: '0',
      USER_JOBS_PER_MINUTE: '1000000',
      USER_JOBS_IN_FLIGHT: '1000000',
    };
    const nodes = [await openNode(folder.path, settings), await openNode(folder.path, settings)] as const;
    const url = await openNginx(port, [nodes[0].port, nodes[1].port]);

    const sending = sendAll(url);
    const [first, second] = nodes;
    // The second stops as soon as the first is ready.
    const codes = [await first.restart(), await second.restart()];
    expect(codes).toEqual([0, 0]);
    const failed = (await sending).filter((answer) => answer !== 'GenerateVideoSuccess');
    expect(failed, nodes.flatMap((node) => node.faults()).join('\n')).toEqual([]);
    const [counted] = await query(databaseUrl, 'SELECT count(*)::int AS jobs FROM jobs');
    expect(counted).toEqual({ jobs: mutations });
    await Promise.all(nodes.map((node) => node.stop()));
  },
  600_000,
);
