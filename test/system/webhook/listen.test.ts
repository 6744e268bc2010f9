import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { generate } from '../../gateway/operations.ts';
import { createEndpoint, listEndpoints } from '../../webhook/operations.ts';
import { openReceiver, type Receiver, verified } from '../../webhook/world.ts';
import { makeFolder, request, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';

describe('reelgate listen beside a gateway', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let token: string;

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret, LOG_LEVEL: 'warn' });
    token = await tokenOf('root', { env: 'test', roles: ['admin'] });
    writeFileSync(join(folder.path, 'token'), token);
  });
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  /** Starts a listener; fulfils when it has printed its secret. */
  async function startListener(receiver: Receiver) {
    const { PATH = '', HOME = '' } = process.env;
    const args = ['listen', '--url', gateway.url, '--forward-to', receiver.url];
    const child = spawn(process.execPath, [join(projectRoot(), 'bin/reelgate.js'), ...args], {
      cwd: folder.path,
      env: { PATH, HOME, REELGATE_TOKEN_FILE: join(folder.path, 'token') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(async () => void (await end(child, 'SIGKILL')));
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const secretOf = () => /^Listening to \S+\. Verify signatures with WEBHOOK_SECRET=(\S+)$/m.exec(output)?.[1] ?? '';
    await expect.poll(secretOf, { message: output }).toMatch(/^whsec_/);
    return { child, secret: secretOf(), output: () => output };
  }

  const endpoints = async (): Promise<readonly { userId: string; url: string }[]> =>
    (await request(gateway, listEndpoints, {}, token)).data.webhookEndpoints;

  const typesAt = (secret: string, { received }: Receiver) => received.map((one) => verified(secret, one).type);

  test('several forward every webhook, signed; each deletes its own endpoint at Ctrl-C, and those that died before it', async () => {
    const input = { url: 'http://127.0.0.1:9/', description: 'reelgate listen' };
    await request(gateway, createEndpoint, { input }, await tokenOf('ada', { env: 'test' }));
    const [first, second] = [await openReceiver(), await openReceiver()];
    const one = await startListener(first);
    const other = await startListener(second);
    const { data } = await request(gateway, generate, { input: { prompt: '@test/ok:1s' } }, token);
    const { id } = data.generateVideo.job;
    for (const [{ secret }, receiver] of [
      [one, first],
      [other, second],
    ] as const)
      await expect.poll(() => typesAt(secret, receiver)).toEqual(['job.completed', 'video.stored']);
    await expect
      .poll(one.output)
      .toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d job.completed ${id} version \\d+ → 200$`, 'm'));
    expect(await end(one.child, 'SIGINT')).toBe(0);
    expect((await endpoints()).map(({ userId }) => userId)).toEqual(['root', 'ada']);
    await end(other.child, 'SIGKILL');
    const third = await startListener(first);
    expect((await endpoints()).map(({ userId }) => userId)).toEqual(['root', 'ada']);
    expect(await end(third.child, 'SIGINT')).toBe(0);
    expect((await endpoints()).map(({ userId }) => userId)).toEqual(['ada']);
  });

  test('Ctrl-C after the end of the gateway exits with 1 and says what was not done', async () => {
    const listener = await startListener(await openReceiver());
    await gateway.stop();
    expect(await end(listener.child, 'SIGINT')).toBe(1);
    expect(listener.output()).toContain(
      `No gateway answers at ${gateway.url}: start one, or set --url.\nThe endpoint was not deleted: the next reelgate listen does that.\n`,
    );
  });
});

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  await once(child, 'exit');
  return child.exitCode;
}
