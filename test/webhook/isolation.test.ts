import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../gateway/operations.ts';
import {
  type Loose,
  makeFolder,
  request,
  startGateway,
  type TestGateway,
  testSecret,
  tokenOf,
} from '../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../world/provider.ts';
import {
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  pageOfDeliveries,
  redeliver,
  redeliverSince,
  rotateSecret,
  testEndpoint,
  updateEndpoint,
} from './operations.ts';
import { openReceiver, type Receiver } from './world.ts';

const readNode = 'query ($id: ID!) { node(id: $id) { id __typename } }';

/** Users of one gateway, with and without the role of an admin, in both environments. */
describe('webhooks of several users', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let provider: TestProvider;
  let gateway: TestGateway;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    folder = await makeFolder();
    provider = await openTestProvider();
    gateway = await startGateway(folder.path, {
      AUTH_JWT_SECRET: testSecret,
      SEGMIND_API_KEY: 'SG_0123456789abcdef',
      SEGMIND_BASE_URL: provider.url,
      POLL_INTERVAL_MS: '100',
    });
    const roles = { roles: ['admin'] };
    const claims = {
      ana: { env: 'test' },
      ben: { env: 'test' },
      liveAna: { env: 'live' },
      admin: { env: 'test', ...roles },
      liveAdmin: { env: 'live', ...roles },
      narrow: { env: 'test', scopes: ['jobs:write'] },
    };
    for (const [name, claim] of Object.entries(claims))
      tokens.set(name, await tokenOf(name.replace('live', '').toLowerCase(), claim));
  });
  afterAll(async () => {
    await gateway.stop();
    await provider.close();
    await folder.remove();
  });

  const run = (user: string, operation: string, variables: Record<string, unknown> = {}) =>
    request(gateway, operation, variables, tokens.get(user));

  async function create(user: string, receiver: Receiver, input: Record<string, unknown> = {}): Promise<Loose> {
    const { data } = await run(user, createEndpoint, { input: { url: receiver.url, ...input } });
    return data.createWebhookEndpoint;
  }

  const ownersAt = (receiver: Receiver) => receiver.received.map(({ body }) => JSON.parse(body).data.userId);

  test('nobody but an admin of the same environment sees or changes another’s endpoint or its deliveries', async () => {
    const receiver = await openReceiver();
    const { endpoint, secret } = await create('ana', receiver);
    const { data: tested } = await run('ana', testEndpoint, { id: endpoint.id });
    const { delivery } = tested.testWebhookEndpoint;
    expect(delivery.state).toBe('DELIVERED');

    for (const user of ['ben', 'liveAna', 'liveAdmin']) {
      const { data: list } = await run(user, listEndpoints);
      expect([user, list.webhookEndpoints]).toEqual([user, []]);
      for (const id of [endpoint.id, delivery.id]) {
        const { data } = await run(user, readNode, { id });
        expect([user, data.node]).toEqual([user, null]);
      }
      const refusals = [
        await run(user, updateEndpoint, { input: { id: endpoint.id, enabled: false } }),
        await run(user, deleteEndpoint, { id: endpoint.id }),
        await run(user, rotateSecret, { id: endpoint.id }),
        await run(user, testEndpoint, { id: endpoint.id }),
        await run(user, redeliver, { id: delivery.id }),
        await run(user, redeliverSince, { id: endpoint.id, since: '2026-01-01T00:00:00Z' }),
      ];
      for (const refused of refusals) {
        expect(JSON.stringify(refused)).toContain('NotFoundError');
        expect(JSON.stringify(refused)).not.toContain(secret);
      }
    }
    expect(receiver.received).toHaveLength(1);

    const { data: seen } = await run('admin', listEndpoints);
    expect(seen.webhookEndpoints).toMatchObject([{ id: endpoint.id, userId: 'ana', enabled: true }]);
    const { data: page } = await run('admin', pageOfDeliveries, { id: endpoint.id, first: 5 });
    expect(page.node.deliveries.edges).toHaveLength(1);
    expect(JSON.stringify([seen, page])).not.toContain('whsec_');
  });

  test('a job is told to its owner’s endpoints and to those of admins for all users of its environment, and to no others', async () => {
    const [own, other, all, live] = await Promise.all([openReceiver(), openReceiver(), openReceiver(), openReceiver()]);
    await create('ana', own, { eventTypes: ['JOB_COMPLETED'] });
    await create('ben', other, { eventTypes: ['JOB_COMPLETED'] });
    const { endpoint } = await create('admin', all, { eventTypes: ['JOB_COMPLETED'], allUsers: true });
    expect(endpoint.userId).toBeNull();
    const { data } = await run('liveAdmin', createEndpoint, { input: { url: live.url, allUsers: true } });
    // In LIVE no receiver on loopback is allowed, for admins neither.
    expect(data.createWebhookEndpoint).toMatchObject({ __typename: 'InvalidInputError' });
    await run('ana', generate, { input: { prompt: '@test/ok:1s' } });
    await expect.poll(() => ownersAt(all)).toEqual(['ana']);
    await run('ben', generate, { input: { prompt: '@test/ok:1s' } });
    await expect.poll(() => ownersAt(all)).toEqual(['ana', 'ben']);
    await expect.poll(() => [ownersAt(own), ownersAt(other)]).toEqual([['ana'], ['ben']]);
    expect(live.received).toEqual([]);
  });

  test('an endpoint for all users outlives the role of its maker: any admin of the environment ends it, and the maker cannot', async () => {
    const receiver = await openReceiver();
    const made = await create('admin', receiver, { eventTypes: ['JOB_COMPLETED'], allUsers: true });
    const { id } = made.endpoint;
    tokens.set('formerAdmin', await tokenOf('admin', { env: 'test' }));
    tokens.set('otherAdmin', await tokenOf('root', { env: 'test', roles: ['admin'] }));

    const { data: list } = await run('formerAdmin', listEndpoints);
    expect(list.webhookEndpoints).toEqual([]);
    for (const [operation, variables] of [
      [updateEndpoint, { input: { id, url: 'http://127.0.0.1:1/' } }],
      [rotateSecret, { id }],
      [testEndpoint, { id }],
      [deleteEndpoint, { id }],
    ] as const)
      expect(JSON.stringify(await run('formerAdmin', operation, variables))).toContain('NotFoundError');

    const { data: seen } = await run('otherAdmin', listEndpoints);
    expect(seen.webhookEndpoints).toContainEqual(expect.objectContaining({ id, userId: null }));
    await run('otherAdmin', updateEndpoint, { input: { id, enabled: false } });
    const own = await openReceiver();
    await create('ana', own, { eventTypes: ['JOB_COMPLETED'] });
    await run('ana', generate, { input: { prompt: '@test/ok:1s' } });
    await expect.poll(() => ownersAt(own)).toEqual(['ana']);
    expect(receiver.received).toEqual([]);
    const { data } = await run('otherAdmin', deleteEndpoint, { id });
    expect(data.deleteWebhookEndpoint).toMatchObject({ id });
  });

  test('an endpoint for all users is an admin’s, and webhooks need their scope', async () => {
    const receiver = await openReceiver();
    const { data } = await run('ben', createEndpoint, { input: { url: receiver.url, allUsers: true } });
    expect(data.createWebhookEndpoint).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['allUsers'] }],
    });
    const { errors } = await run('narrow', createEndpoint, { input: { url: receiver.url } });
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    const nobody = await request(gateway, createEndpoint, { input: { url: receiver.url } });
    expect(nobody.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});
