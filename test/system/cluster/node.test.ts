import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../../src/adapter/store/open.ts';
import { generate, watchJob } from '../../gateway/operations.ts';
import { request, runGateway, startGateway, subscribe, type TestGateway, tokenOf } from '../../world/gateway.ts';
import { respond } from '../../world/provider.ts';
import { ada, readAudited, settingsFor } from '../crash/world.ts';
import { hasServers, openGround } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const laterMs = 20_000;

const myJobs = '{ jobs { nodes { prompt status } } }';

async function readinessOf({ url }: TestGateway): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
}

/** All of ada's data in the database, after the ledger has been checked. */
async function audited(databaseUrl: string) {
  const store = await openStore(databaseUrl, { newId: () => 'unused', exclusive: false, mustExist: true });
  try {
    return await readAudited(store);
  } finally {
    await store.close();
  }
}

describe.runIf(hasServers)('a gateway (needs the Debian packages postgresql and redis-server)', () => {
  test('on PostgreSQL and Redis takes a request to its video, watched live, and charges it', async () => {
    const { startNode, databaseUrl } = await openGround();
    const [node, other] = [await startNode(), await startNode()];
    const token = await tokenOf(ada.owner);
    const { data } = await request(node, generate, { input: { prompt: 'a lake' } }, token);
    const { id } = data.generateVideo.job;
    const watching = subscribe(other, watchJob, { id }, token);
    const items = await watching.all();
    await watching.close();
    expect(items.at(-1)?.data.jobUpdated).toMatchObject({ status: 'COMPLETED', charge: { state: 'CAPTURED' } });
    expect(node.output()).toContain(`/${node.process.pid}"`);
    expect(await node.stop()).toBe(0);
    expect(await other.stop()).toBe(0);
    expect(await audited(databaseUrl)).toMatchObject([{ job: { prompt: 'a lake', state: 'COMPLETED' } }]);
  });

  test('is not ready while PostgreSQL is down and goes on without a restart: the response to a POST is kept until it is back', async () => {
    const { startNode, databaseUrl, postgres, provider } = await openGround();
    const node = await startNode();
    const token = await tokenOf(ada.owner);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    provider.script = { submit: () => released.then(() => false) };
    const first = request(node, generate, { input: { prompt: 'first' } }, token);
    await vi.waitFor(() => expect(provider.submissions).toHaveLength(1), { timeout: laterMs });
    await postgres.kill();
    release();
    await first;
    await vi.waitFor(() => expect(node.output()).toMatch(/"requestId":"\w+","event":"accepted"/), { timeout: laterMs });

    const reason = 'The database cannot be written to.';
    expect(await readinessOf(node)).toEqual({ status: 503, body: { status: 'not ready', reason } });
    const second = { input: { prompt: 'second', idempotencyKey: 'key' } };
    const failed = await request(node, generate, second, token);
    expect(failed.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);

    await postgres.start();
    await vi.waitFor(async () => expect(await readinessOf(node)).toMatchObject({ status: 200 }), { timeout: laterMs });
    await request(node, generate, second, token);
    const completed = { jobs: { nodes: ['second', 'first'].map((prompt) => ({ prompt, status: 'COMPLETED' })) } };
    await vi.waitFor(async () => expect((await request(node, myJobs, {}, token)).data).toEqual(completed), {
      timeout: laterMs,
    });
    expect(await node.stop()).toBe(0);
    expect(provider.submissions.map(({ prompt }) => prompt)).toEqual(['first', 'second']);
    expect(await audited(databaseUrl)).toHaveLength(2);
  });

  test('without REDIS_URL serves PostgreSQL alone: a second node ends with a sentence, with or without REDIS_URL', async () => {
    const { startNode, folder, settings } = await openGround();
    const alone = { ...settings, REDIS_URL: '' };
    const first = await startNode(alone);
    const second = await runGateway(folder, alone);
    expect(second).toMatchObject({ code: 1 });
    expect(second.output).toContain('Reelgate was not started.\nAnother Reelgate node serves this database');
    const third = await runGateway(folder, settings);
    expect(third).toMatchObject({ code: 1 });
    expect(third.output).toContain('serves this database alone: stop it, and start it with REDIS_URL.');
    expect(await readinessOf(first)).toMatchObject({ status: 200 });
    await first.kill();
    expect(await readinessOf(await startNode())).toMatchObject({ status: 200 });
  });

  test('moves from SQLite to PostgreSQL with reelgate copy, and takes its jobs to their ends', async () => {
    const { startNode, folder, databaseUrl, provider } = await openGround();
    const token = await tokenOf(ada.owner);
    let isDone = false;
    const running = { status: 'PROCESSING', output: '' };
    provider.script = { poll: (_job, response) => !isDone && respond(response, 200, running) };
    const before = await startGateway(folder, settingsFor(provider));
    onTestFinished(before.kill);
    const { data } = await request(before, generate, { input: { prompt: 'moving' } }, token);
    expect(await before.stop()).toBe(0);

    const words = ['copy', '--from', `file:${join(folder, 'reelgate.db')}`, '--to', databaseUrl];
    const copied = await runGateway(folder, {}, words);
    expect(copied).toMatchObject({ code: 0 });
    expect(copied.output).toMatch(/match on both sides[\s\S]*jobs +1\n/);
    const again = await runGateway(folder, {}, words);
    expect(again).toMatchObject({ code: 1 });
    expect(again.output).toContain('is not empty');

    isDone = true;
    const after = await startNode();
    const watching = subscribe(after, watchJob, { id: data.generateVideo.job.id }, token);
    const items = await watching.all();
    await watching.close();
    expect(items.at(-1)?.data.jobUpdated).toMatchObject({ status: 'COMPLETED' });
    expect(await after.stop()).toBe(0);
    expect(provider.submissions).toHaveLength(1);
    expect(await audited(databaseUrl)).toHaveLength(1);
  });
});
