import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Loose, makeFolder, request, startGateway } from '../world/gateway.ts';
import { createEndpoint, rotateSecret, testEndpoint } from './operations.ts';
import { openReceiver, verified } from './world.ts';

/** A port that was free a moment ago: a gateway with a PUBLIC_URL does not print its own. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts gateways, one after the other, on one database. */
async function openWorld() {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  return async (settings: Readonly<Record<string, string>>) => {
    const port = await freePort();
    const gateway = await startGateway(folder.path, { PORT: String(port), ...settings });
    onTestFinished(() => gateway.kill());
    const run = async (operation: string, variables: Record<string, unknown>): Promise<Loose> =>
      (await request({ url: `http://127.0.0.1:${port}` }, operation, variables)).data;
    const create = async (url: string) => (await run(createEndpoint, { input: { url } })).createWebhookEndpoint;
    const tested = async (id: string) => (await run(testEndpoint, { id })).testWebhookEndpoint.delivery;
    return { run, create, tested, stop: () => gateway.stop() };
  };
}

const publicUrl = { PUBLIC_URL: 'https://gate.example.com' };

describe('the settings of a running gateway', () => {
  test('one that others reach sends nothing to its own machine; an endpoint of earlier days is not asked either', async () => {
    const start = await openWorld();
    const receiver = await openReceiver();
    const local = await start({});
    const { endpoint } = await local.create(receiver.url);
    expect(await local.tested(endpoint.id)).toMatchObject({ state: 'DELIVERED' });
    await local.stop();
    const reached = await start(publicUrl);
    expect(await reached.create(receiver.url)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['url'], message: 'The URL leads into a private network.' }],
    });
    expect(await reached.tested(endpoint.id)).toMatchObject({
      state: 'FAILED',
      attempts: [{ httpStatus: null, error: 'The URL leads into a private network.' }],
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('WEBHOOK_ALLOWED_HOSTS names an intranet’s hosts, to which it sends', async () => {
    const start = await openWorld();
    const receiver = await openReceiver();
    const gateway = await start({ ...publicUrl, WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' });
    const { endpoint } = await gateway.create(receiver.url);
    expect(await gateway.tested(endpoint.id)).toMatchObject({ state: 'DELIVERED' });
    expect(await gateway.create(receiver.url.replace('127.0.0.1', 'localhost'))).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });

  test('WEBHOOK_SECRET_KEY encrypts the secrets: without it they are lost, until they are rotated', async () => {
    const start = await openWorld();
    const receiver = await openReceiver();
    const [one, other] = ['1'.repeat(32), '2'.repeat(32)];
    const first = await start({ WEBHOOK_SECRET_KEY: one });
    const { endpoint, secret } = await first.create(receiver.url);
    await first.stop();
    const changed = await start({ WEBHOOK_SECRET_KEY: `${other},${one}` });
    expect(await changed.tested(endpoint.id)).toMatchObject({ state: 'DELIVERED' });
    const [received] = receiver.received;
    if (received === undefined) throw new Error('Nothing came');
    expect(verified(secret, received).type).toBe('webhook.test');
    await changed.stop();
    const without = await start({ WEBHOOK_SECRET_KEY: other });
    expect(await without.tested(endpoint.id)).toMatchObject({
      state: 'FAILED',
      attempts: [{ httpStatus: null, error: expect.stringContaining('The secret of this endpoint cannot be read') }],
    });
    const { rotateWebhookSecret } = await without.run(rotateSecret, { id: endpoint.id });
    expect(await without.tested(endpoint.id)).toMatchObject({ state: 'DELIVERED' });
    const [, signed] = receiver.received;
    if (signed === undefined) throw new Error('Nothing came');
    expect(verified(rotateWebhookSecret.secret, signed).type).toBe('webhook.test');
  });
});
