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
import { errorsOf } from './json-schema.ts';
import { createEndpoint, listEndpoints, redeliver } from './operations.ts';
import { openReceiver, type Receiver, signatureOf, verified } from './world.ts';

const setBudget = 'mutation ($input: SetBudgetInput!) { setBudget(input: $input) { __typename } }';

/** Budgets from outside: users and an admin of one gateway, each with receivers on loopback. */
describe('webhooks of budgets', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, {
      AUTH_JWT_SECRET: testSecret,
      USER_JOBS_PER_MINUTE: '1000',
      USER_JOBS_IN_FLIGHT: '1000',
    });
    for (const user of ['ana', 'ben', 'cleo', 'dan', 'eve']) tokens.set(user, await tokenOf(user, { env: 'test' }));
    tokens.set('admin', await tokenOf('admin', { env: 'test', roles: ['admin'] }));
  });
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  const run = async (user: string, operation: string, variables: Record<string, unknown> = {}): Promise<Loose> =>
    (await request(gateway, operation, variables, tokens.get(user))).data;

  async function create(user: string, receiver: Receiver, input: Record<string, unknown> = {}): Promise<Loose> {
    const { createWebhookEndpoint } = await run(user, createEndpoint, { input: { url: receiver.url, ...input } });
    return createWebhookEndpoint;
  }

  const limit = (userId: string | null, limitCredits: number | null, period = 'MONTH') =>
    run('admin', setBudget, { input: { userId, limitCredits, period } });

  const ask = async (user: string): Promise<string> =>
    (await run(user, generate, { input: { prompt: '@test/ok:60s' } })).generateVideo.__typename;

  /** The users and percents of a receiver's events of budgets. */
  const marksAt = ({ received }: Receiver) =>
    received
      .map(({ body }) => JSON.parse(body))
      .filter(({ type }) => type === 'budget.reached')
      .map(({ data }) => `${data.userId} ${data.percent}`);

  test('a user and the admins receive a mark, signed, as the schema says; nobody else does, nor an endpoint that did not ask', async () => {
    const [own, unasked, other, admins, adminsOwn] = await Promise.all(Array.from({ length: 5 }, () => openReceiver()));
    if (!own || !unasked || !other || !admins || !adminsOwn) throw new Error('No receivers');
    const eventTypes = ['BUDGET_REACHED'];
    const { secret } = await create('ana', own, { eventTypes });
    const { endpoint } = await create('ana', unasked);
    expect(endpoint.eventTypes).not.toContain('BUDGET_REACHED');
    await create('ben', other, { eventTypes });
    await create('admin', admins, { eventTypes, allUsers: true });
    await create('admin', adminsOwn, { eventTypes });
    await limit('ana', 134);
    expect(await ask('ana')).toBe('GenerateVideoSuccess');
    await expect.poll(() => marksAt(own)).toEqual(['ana 50']);
    expect(await ask('ana')).toBe('GenerateVideoSuccess');
    expect(await ask('ana')).toBe('BudgetExceededError');
    await expect.poll(() => marksAt(admins)).toEqual(['ana 50', 'ana 100']);
    await expect.poll(() => marksAt(own)).toEqual(['ana 50', 'ana 100']);

    const now = new Date();
    const [first] = own.received;
    if (first === undefined) throw new Error('Nothing came');
    expect(first.headers['webhook-signature']).toBe(signatureOf(secret, first));
    expect(verified(secret, first).data).toEqual({
      userId: 'ana',
      environment: 'TEST',
      period: 'MONTH',
      limitCredits: 134,
      usedCredits: 67,
      leftCredits: 67,
      resetsAt: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString(),
      isDefault: false,
      percent: 50,
    });
    expect(errorsOf(JSON.parse(first.body))).toBeNull();

    const { webhookEndpoints } = await run('ana', listEndpoints);
    const { nodes } = webhookEndpoints.find(({ url }: Loose) => url === own.url).deliveries;
    expect(nodes).toMatchObject([
      { type: 'BUDGET_REACHED', state: 'DELIVERED', job: null },
      { type: 'BUDGET_REACHED', payload: first.body },
    ]);
    await run('ana', redeliver, { id: nodes[1].id });
    await expect.poll(() => own.received.length).toBe(3);
    expect(own.received[2]?.headers['webhook-id']).toBe(first.headers['webhook-id']);
    for (const receiver of [unasked, other, adminsOwn]) expect(receiver.received).toEqual([]);
  });

  test('two hundred requests that fill the budget of the installation make one event of its last mark, for admins alone', async () => {
    const [own, admins] = [await openReceiver(), await openReceiver()];
    await create('cleo', own, { eventTypes: ['BUDGET_REACHED'] });
    await create('admin', admins, { eventTypes: ['BUDGET_REACHED'], allUsers: true });
    await limit(null, 67 * 6, 'TOTAL');
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => ask(at % 2 === 0 ? 'cleo' : 'dan')));
    expect(answers.filter((typename) => typename === 'GenerateVideoSuccess')).toHaveLength(4);
    expect(answers.filter((typename) => typename === 'BudgetExceededError')).toHaveLength(196);
    await expect.poll(() => marksAt(admins).toSorted()).toEqual(['null 100', 'null 50', 'null 80']);
    await limit('eve', 1);
    await limit(null, null, 'TOTAL');
    expect(await ask('eve')).toBe('BudgetExceededError');
    // What came later has arrived, so nothing else is on its way.
    await expect.poll(() => marksAt(admins).at(-1)).toBe('eve 100');
    expect(marksAt(admins)).toHaveLength(4);
    expect(marksAt(own)).toEqual([]);
  });
});
