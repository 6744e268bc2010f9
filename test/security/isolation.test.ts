import { type GraphQLArgument, type GraphQLInputField, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { newDeliveryOf } from '../../src/domain/webhook.ts';
import { idOf, openWorld, type World } from '../hub/world.ts';
import { openConnection, subscribeMessage } from '../protocol/raw-socket.ts';
import { tokenOf } from '../server/world.ts';
import { endpoint } from '../store/contract/webhook-world.ts';
import { claimed, grantOf, keyOf, newId, start } from '../store/contract/world.ts';
import { type Loose, request } from '../world/gateway.ts';
import { failure, type Kind, named, operations } from './foreign-operations.ts';

/** Every argument and input field of the schema that takes an id or a cursor. */
function takers(): readonly string[] {
  const isTaker = ({ name, type }: GraphQLArgument | GraphQLInputField) =>
    getNamedType(type).name === 'ID' || name === 'after' || name === 'before';
  return Object.values(createSchema().getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isInputObjectType(type))
      return Object.values(type.getFields())
        .filter(isTaker)
        .map(({ name }) => `${type.name}.${name}`);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.filter(isTaker).map(({ name }) => `${type.name}.${field.name}(${name})`),
    );
  });
}

const opaque = (text: string) => Buffer.from(text).toString('base64url');

const missing = '01900000-0000-7000-8000-0000000fffff';

/** A world with things of bob's and LIVE things of ada's, but nothing of ada's in TEST; and their names, by kind. */
async function open() {
  const world = await openWorld();
  const { store } = world;
  const jobs = [await world.job('bob'), await world.job('ada', 'LIVE')];
  const ids = { Job: [] as string[], CreditAccount: [] as string[], LedgerEntry: [] as string[] };
  for (const job of jobs) {
    await world.happen(job, claimed);
    ids.Job.push(job.id);
    ids.CreditAccount.push(job.accountId);
    const { items } = await store.listLedger(job.accountId, {
      count: { from: 'start', limit: 9 },
      after: null,
      before: null,
    });
    ids.LedgerEntry.push(...items.map(({ id }) => id));
  }
  for (const reason of ['x', 'y'])
    await store.grant(grantOf({ account: { owner: 'bob', environment: 'TEST' }, reason }));
  const key = keyOf({ id: '01900000-0000-7000-8000-00000000aaaa', environment: 'LIVE', owner: 'ada' });
  await store.createApiKey(key);
  const hook = await endpoint(store, { owner: 'ada', environment: 'LIVE' });
  const delivery = newDeliveryOf(hook, {
    id: newId(),
    messageId: 'msg_1',
    type: 'webhook.test',
    jobId: null,
    payload: '{}',
    createdAt: start,
  });
  await store.addWebhookDelivery(delivery);
  const endpoints = [[opaque(`WebhookEndpoint:${hook.id}`), opaque(`WebhookEndpoint:${missing}`)]] as const;
  const deliveries = [[opaque(`WebhookDelivery:${delivery.id}`), opaque(`WebhookDelivery:${missing}`)]] as const;
  const named = (name: keyof typeof ids) =>
    ids[name].map((id) => [opaque(`${name}:${id}`), opaque(`${name}:${missing}`)] as const);
  const pairs: Record<Kind, readonly (readonly [foreign: string, missing: string])[]> = {
    job: named('Job'),
    node: [...named('Job'), ...named('CreditAccount'), ...named('LedgerEntry'), ...endpoints, ...deliveries],
    key: [[opaque(`ApiKey:${key.id}`), opaque(`ApiKey:${missing}`)]],
    endpoint: endpoints,
    delivery: deliveries,
    deliveryCursor: [[opaque(`webhookDeliveries:${delivery.id}`), opaque(`webhookDeliveries:${missing}`)]],
    jobCursor: ids.Job.map((id) => [opaque(`jobs:${id}`), opaque(`jobs:${missing}`)]),
    keyCursor: [[opaque(`apiKeys:${key.id}`), opaque(`apiKeys:${missing}`)]],
    eventCursor: [[opaque('events:1'), opaque('events:77')]],
    entryCursor: [[opaque('ledger:3'), opaque('ledger:77')]],
    feedCursor: [
      [opaque('feed:TEST:bob:1'), opaque('feed:TEST:bob:77')],
      [opaque('feed:LIVE:ada:1'), opaque('feed:LIVE:ada:77')],
    ],
  };
  const token = await tokenOf({ sub: 'ada', env: 'test', roles: ['admin'] }, '2027-01-01T00:00:00Z');
  return { ...world, jobs, pairs, token };
}

type Ask = (world: World & { token: string }, query: string, variables: object) => Promise<Loose>;

/** The first result of an operation, over each transport. */
const transports: Readonly<Record<string, Ask>> = {
  HTTP: (world, query, variables) => post(world, query, variables, 'application/graphql-response+json'),
  SSE: (world, query, variables) => post(world, query, variables, 'text/event-stream'),
  async WebSocket(world, query, variables) {
    const socket = await openConnection(world, world.token);
    socket.send(subscribeMessage('1', query, { ...variables }));
    const frame = await socket.next();
    socket.close();
    return frame;
  },
};

async function post(
  { url, token }: World & { token: string },
  query: string,
  variables: object,
  accept: string,
): Promise<Loose> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name)));
  return { status: response.status, headers, first: await firstOf(response) };
}

async function firstOf({ body }: Response): Promise<string> {
  let text = '';
  if (body === null) return text;
  const reader = body.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += Buffer.from(chunk.value).toString();
    // The first event of a stream, or the whole response.
    if (/^event: next\n(?:id: .*\n)?data: .*\n\n/m.test(text)) break;
  }
  await reader.cancel();
  return text;
}

describe('what is somebody else’s', () => {
  it('is requested below with every argument that takes an id or a cursor', () => {
    expect(takers().toSorted()).toEqual([...Object.keys(operations), ...named].toSorted());
  });

  it.each(Object.entries(operations))('looks exactly like what is missing: %s', async (place, [kind, source]) => {
    const world = await open();
    for (const [transport, ask] of Object.entries(transports)) {
      if (place.startsWith('Subscription') && transport === 'HTTP') continue;
      for (const [foreign, missing] of world.pairs[kind]) {
        const [of, without] = [await ask(world, source, { x: foreign }), await ask(world, source, { x: missing })];
        expect([transport, JSON.stringify(of).replaceAll(foreign, 'X')]).toEqual([
          transport,
          JSON.stringify(without).replaceAll(missing, 'X'),
        ]);
        expect(JSON.stringify(of)).not.toMatch(/Two people|bob|"LIVE"/);
      }
    }
    for (const job of world.jobs) expect(await world.store.findJob(job.id)).toMatchObject({ state: 'SUBMITTING' });
    expect(await world.store.findApiKey('01900000-0000-7000-8000-00000000aaaa')).toMatchObject({ revokedAt: null });
  });
});

describe('TEST and LIVE of one user', () => {
  it('share no jobs, no credits, no ledger and no feed', async () => {
    const world = await open();
    const live = await tokenOf({ sub: 'ada', env: 'live', roles: ['admin'] }, '2027-01-01T00:00:00Z');
    const query = '{ jobs { totalCount } viewer { account { id held ledger { edges { node { id } } } } } }';
    const [inTest, inLive] = [await request(world, query, {}, world.token), await request(world, query, {}, live)];
    expect([inTest.data.jobs.totalCount, inLive.data.jobs.totalCount]).toEqual([0, 1]);
    expect([inTest.data.viewer.account.held, inLive.data.viewer.account.held]).toEqual([0, 1]);
    const entries = [inTest, inLive].map(({ data }) => JSON.stringify(data.viewer.account));
    expect(entries[0]).not.toEqual(entries[1]);

    const grant = `mutation { grantCredits(input: { userId: "ada", environment: LIVE, credits: 5, reason: "x" }) { ${failure} } }`;
    expect((await request(world, grant, {}, world.token)).data.grantCredits.code).toBe('INVALID_INPUT');

    const socket = await openConnection(world, world.token);
    socket.send(subscribeMessage('1', 'subscription { jobEvents { __typename } }'));
    socket.send(subscribeMessage('2', 'subscription { accountUpdated { held } }'));
    expect([await socket.next(), await socket.next()].map(({ id }) => id).toSorted()).toEqual(['1', '2']);
    await world.job('ada', 'LIVE');
    expect(await socket.settle()).toEqual([]);
    const test = await world.job();
    const frames = JSON.stringify(await socket.settle());
    expect(frames).toContain('JobEvent');
    expect(frames).toContain('"held":1');
    expect(
      (await request(world, 'query ($x: ID!) { job(id: $x) { id } }', { x: idOf(test) }, live)).data.job,
    ).toBeNull();
    socket.close();
  });
});
