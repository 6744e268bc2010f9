import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decisionOf } from '../../schema/access.ts';
import { createSchema } from '../../schema/index.ts';
import {
  type HttpResponse,
  type Loose,
  makeFolder,
  request,
  runGateway,
  startGateway,
  type TestGateway,
  testSecret,
  tokenOf,
} from '../world/gateway.ts';
import { auditCases, type Made } from './audit-cases.ts';

// With metrics on, bookings are counted on their way to the store.
const settings = { AUTH_JWT_SECRET: testSecret, VIDEO_PRICE_CREDITS: '67', METRICS_TOKEN: 'a'.repeat(32) };

const closers: (() => Promise<unknown>)[] = [];
let gateway: TestGateway;
let folder: string;
let [alice, bob] = ['', ''];

beforeAll(async () => {
  const made = await makeFolder();
  closers.push(made.remove);
  folder = made.path;
  gateway = await startGateway(folder, settings);
  closers.push(() => gateway.stop());
  alice = await tokenOf('alice', { roles: ['admin'], env: 'test' });
  bob = await tokenOf('bob', { env: 'test' });
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

const log = '{ operations { audit(first: 100) { nodes { at actor action target reason details } } } }';

async function entries(): Promise<Loose[]> {
  return (await request(gateway, log, {}, alice)).data.operations.audit.nodes;
}

/** Generates a video with a token, and returns the job's id once it is COMPLETED. */
async function completedJob(token: string): Promise<string> {
  const generate = `mutation { generateVideo(input: { prompt: "@test/ok:1s" }) { ... on GenerateVideoSuccess { job { id } } } }`;
  const { id } = (await request(gateway, generate, {}, token)).data.generateVideo.job;
  await vi.waitFor(
    async () => {
      const { data } = await request(gateway, 'query ($id: ID!) { job(id: $id) { status } }', { id }, token);
      expect(data.job.status).toBe('COMPLETED');
    },
    { timeout: 60_000, interval: 200 },
  );
  return id;
}

/** Runs one mutation, and returns its result with the entries that came of it. */
async function added(mutation: string, token = alice): Promise<{ response: HttpResponse; fresh: Loose[] }> {
  const before = (await entries()).length;
  const response = await request(gateway, `mutation { ${mutation} }`, {}, token);
  const after = await entries();
  return { response, fresh: after.slice(0, after.length - before) };
}

test('every mutation of admins, and all that is done with an endpoint, adds its entry, and none if it is refused', async () => {
  const mutations = Object.keys(createSchema().getMutationType()?.getFields() ?? {}).filter((name) =>
    ['admin', 'webhooks:write'].includes(decisionOf('Mutation', name).needs),
  );
  expect(Object.keys(auditCases).toSorted()).toEqual(mutations.toSorted());

  const made: Made = { jobId: await completedJob(bob), keyId: '', keyName: '', endpointId: '', deliveryId: '' };
  for (const { call, entry, refused } of Object.values(auditCases)) {
    const { response, fresh } = await added(call(made));
    expect(response.errors).toBeUndefined();
    const [result] = Object.values<Loose>(response.data);
    if (result.apiKey !== undefined) Object.assign(made, { keyId: result.apiKey.id, keyName: result.apiKey.name });
    if (result.endpoint !== undefined) made.endpointId = result.endpoint.id;
    if (result.delivery !== undefined) made.deliveryId = result.delivery.id;
    expect(fresh).toEqual([{ at: expect.any(String), actor: 'user alice', ...entry(made) }]);
    for (const call of refused(made)) {
      const { response, fresh } = await added(call);
      expect(Object.values<Loose>(response.data)[0].code).toMatch(/^(INVALID_INPUT|NOT_FOUND|NOT_REFUNDABLE)$/);
      expect(fresh).toEqual([]);
    }
    const foreign = await added(call(made), bob);
    if (foreign.fresh.length > 0)
      expect(foreign.fresh).toMatchObject([{ actor: 'user bob', action: 'endpoint.create' }]);
  }
  expect(JSON.stringify(await entries())).not.toContain('secret-path');
});

test('an actor with a key is named by it, and a user reads no audit log', async () => {
  const create =
    'createApiKey(input: { userId: "carol", scopes: [ADMIN] }) { ... on CreateApiKeySuccess { apiKey { name } secret } }';
  const { data } = (await added(create)).response;
  const { apiKey, secret } = data.createApiKey;
  const { fresh } = await added(
    'grantCredits(input: { userId: "bob", credits: 1, reason: "One" }) { __typename }',
    secret,
  );
  expect(fresh).toMatchObject([{ actor: `key ${apiKey.name} of carol`, action: 'credits.grant' }]);
  expect(JSON.stringify(await entries())).not.toContain(secret.split('_').at(-1));
  const refused = await request(gateway, log, {}, bob);
  expect(refused).toMatchObject({ data: { operations: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
});

test('the log is paged from the newest entry on', async () => {
  const page = `query ($after: String) { operations { audit(first: 2, after: $after) {
    edges { cursor } nodes { action } pageInfo { hasNextPage endCursor }
  } } }`;
  const all = (await entries()).map(({ action }) => action);
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await request(gateway, page, { after }, alice);
    const { nodes, pageInfo } = data.operations.audit;
    seen.push(...nodes.map(({ action }: { action: string }) => action));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(seen).toEqual(all);
});

test('the command line is an actor beside a running gateway, and prints the log', async () => {
  const created = await runGateway(folder, settings, ['key', 'create', '--user', 'dan', '--env', 'test']);
  expect(created.code).toBe(0);
  const printed = await runGateway(folder, settings, ['audit', '--json', '--env', 'test']);
  const shown = JSON.parse(printed.output);
  expect(shown[0]).toMatchObject({ environment: 'TEST', actor: 'command line', action: 'key.create' });
  expect(shown.map(({ environment: _, ...entry }: Loose) => entry)).toEqual(await entries());
  const text = await runGateway(folder, settings, ['audit', '--first', '1']);
  expect(text.output).toMatch(/^\S+Z {2}TEST {2}command line {2}key\.create {2}key sk_test_[0-9a-f]{32} of dan/);
  expect(await runGateway(folder, settings, ['audit', '--env', 'prod'])).toMatchObject({ code: 2 });
});

test('a start is recorded once, and again only if it changed the settings', async () => {
  const starts = async () => (await entries()).filter(({ action }) => action === 'settings.start');
  const [first] = await starts();
  expect(first).toMatchObject({
    actor: 'gateway',
    target: 'installation',
    reason: 'The first start with an audit log.',
  });
  expect(first.details.split('\n')).toEqual(
    expect.arrayContaining([
      'AUTH_JWT_SECRET=(set)',
      'DATABASE_URL=(set)',
      'JOB_DEADLINE_SECONDS=1200',
      'VIDEO_PRICE_CREDITS=67',
    ]),
  );
  expect(first.details).not.toContain(testSecret);
  const restart = async (changed: Record<string, string>) => {
    await gateway.stop();
    gateway = await startGateway(folder, { ...settings, ...changed });
  };
  await restart({ LOG_LEVEL: 'warn' });
  expect(await starts()).toEqual([first]);
  await restart({ VIDEO_PRICE_CREDITS: '80', HTTPS_PROXY: 'http://me:hunter2@proxy.example.com:3128' });
  const [second, ...rest] = await starts();
  expect(second.reason).toBe('Changed: HTTPS_PROXY, VIDEO_PRICE_CREDITS.');
  expect(second.details).not.toContain('hunter2');
  expect(rest).toEqual([first]);
});
