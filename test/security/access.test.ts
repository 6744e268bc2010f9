import { describe, expect, it } from 'vitest';
import { idOf, openWorld, type World } from '../hub/world.ts';
import { openConnection, subscribeMessage } from '../protocol/raw-socket.ts';
import { tokenOf } from '../server/world.ts';
import { failed, lives } from '../store/contract/world.ts';
import { type Answer, request } from '../world/gateway.ts';

const createKey = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  ... on CreateApiKeySuccess { secret apiKey { id name userId scopes expiresAt revokedAt } }
  ... on InvalidInputError { issues { path } }
} }`;
const createToken = `mutation ($input: CreateClientTokenInput!) { createClientToken(input: $input) {
  ... on CreateClientTokenSuccess { token expiresAt }
  ... on InvalidInputError { issues { path } }
} }`;
const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) {
  __typename ... on RevokeApiKeySuccess { apiKey { revokedAt } } ... on Failure { code message }
} }`;
const generate = `mutation { generateVideo { __typename ... on GenerateVideoSuccess { replayed }
  ... on InsufficientCreditsError { message required available } } }`;

/** A world, and an admin's token in it. */
async function open() {
  const world = await openWorld();
  const admin = await tokenOf({ sub: 'root', env: 'test', roles: ['admin'] }, '2027-01-01T00:00:00Z');
  return { ...world, admin };
}

async function keyOf(world: World & { admin: string }, input: object) {
  const { data } = await request(world, createKey, { input }, world.admin);
  return data.createApiKey as { secret: string; apiKey: { id: string } };
}

async function clientTokenOf(world: World & { admin: string }, input: object): Promise<string> {
  const { data } = await request(world, createToken, { input }, world.admin);
  return data.createClientToken.token;
}

const codesOf = ({ errors = [] }: Answer) =>
  errors.map((error: { extensions: { code: string } }) => error.extensions.code);

/** Begins a stream of events; what came of it, once it has ended. */
function stream(world: World, query: string, token: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` };
  return fetch(`${world.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }).then((response) =>
    response.text(),
  );
}

describe('an API key', () => {
  it('is made, listed and revoked by an admin, and by nobody else', async () => {
    const world = await open();
    const { secret, apiKey } = await keyOf(world, {
      userId: 'ada',
      scopes: ['JOBS_READ'],
      expiresAt: '2026-06-01T00:00:00Z',
    });
    expect(apiKey).toEqual({
      id: expect.any(String),
      name: secret.slice(0, 40),
      userId: 'ada',
      scopes: ['JOBS_READ'],
      expiresAt: '2026-06-01T00:00:00.000Z',
      revokedAt: null,
    });
    const list = '{ apiKeys(userId: "ada", first: 5) { edges { node { name lastUsedAt } } pageInfo { hasNextPage } } }';
    expect((await request(world, list, {}, world.admin)).data.apiKeys).toEqual({
      edges: [{ node: { name: secret.slice(0, 40), lastUsedAt: null } }],
      pageInfo: { hasNextPage: false },
    });
    for (const [query, variables] of [
      [list, {}],
      [createKey, { input: { userId: 'ada' } }],
      [createToken, { input: { userId: 'ada', scopes: ['JOBS_READ'] } }],
      [revoke, { id: apiKey.id }],
    ] as const) {
      expect(codesOf(await request(world, query, variables, secret))).toEqual(['FORBIDDEN']);
    }
    expect((await request(world, revoke, { id: apiKey.id }, world.admin)).data.revokeApiKey).toMatchObject({
      apiKey: { revokedAt: '2026-01-01T00:00:00.000Z' },
    });
    expect(codesOf(await request(world, '{ viewer { userId } }', {}, secret))).toEqual(['UNAUTHENTICATED']);
  });

  it('of the other environment looks as one that is missing', async () => {
    const world = await open();
    const { secret, apiKey } = await keyOf(world, { userId: 'ada' });
    const live = await tokenOf({ sub: 'root', env: 'live', roles: ['admin'] }, '2027-01-01T00:00:00Z');
    const missing = await request(world, revoke, { id: 'nonsense' }, live);
    expect(missing.data.revokeApiKey).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      message: 'There is no such key.',
    });
    expect(await request(world, revoke, { id: apiKey.id }, live)).toEqual(missing);
    expect((await request(world, '{ apiKeys { edges { cursor } } }', {}, live)).data.apiKeys.edges).toEqual([]);
    expect((await request(world, '{ viewer { environment } }', {}, secret)).data.viewer.environment).toBe('TEST');
  });

  it('that is revoked loses its sockets and its streams within a minute, and nobody else does', async () => {
    const world = await open();
    const [lost, kept] = [await keyOf(world, { userId: 'ada' }), await keyOf(world, { userId: 'ada' })];
    const sockets = await Promise.all([lost, kept].map(({ secret }) => openConnection(world, secret)));
    const [out, stays] = sockets;
    const watching = 'subscription { accountUpdated { userId } }';
    for (const socket of sockets) {
      socket.send(subscribeMessage('1', watching));
      expect(await socket.next()).toMatchObject({ type: 'next' });
    }
    const ended = stream(world, watching, lost.secret);
    await world.clock.advance(60_000);
    expect(await out?.settle()).toEqual([]);
    await request(world, revoke, { id: lost.apiKey.id }, world.admin);
    await world.clock.advance(60_000);
    expect(await out?.closed).toEqual({ code: 4403, reason: 'The token is no longer good' });
    expect(await ended).toMatch(/"code":"UNAUTHENTICATED".*event: complete/s);
    expect(await stays?.settle()).toEqual([]);
    stays?.close();
  });

  it('without a scope is refused over every transport', async () => {
    const world = await open();
    const { secret } = await keyOf(world, { userId: 'ada', scopes: ['CREDITS_READ'] });
    const watching = 'subscription { jobEvents { __typename } }';
    expect(codesOf(await request(world, '{ jobs { totalCount } }', {}, secret))).toEqual(['FORBIDDEN']);
    expect(await stream(world, watching, secret)).toContain('"code":"FORBIDDEN"');
    const socket = await openConnection(world, secret);
    for (const query of [watching, generate]) {
      socket.send(subscribeMessage('1', query));
      const { type, payload } = await socket.next();
      const [error] = type === 'error' ? payload : payload.errors;
      expect(error.extensions.code).toBe('FORBIDDEN');
      if (type === 'next') await socket.next();
    }
    socket.close();
    expect(
      await world.store.countJobs((await world.store.arrive({ owner: 'ada', environment: 'TEST' }, 0, 0)).id, {
        status: null,
        externalId: null,
      }),
    ).toBe(0);
  });
});

describe('a client token', () => {
  it('lets a browser act for its user, and for nobody else', async () => {
    const world = await open();
    const token = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_WRITE', 'CREDITS_READ'] });
    const seen = await request(world, '{ viewer { userId roles scopes account { available } } }', {}, token);
    expect(seen.data.viewer).toMatchObject({
      userId: 'ada',
      roles: [],
      scopes: ['JOBS_READ', 'JOBS_WRITE', 'CREDITS_READ'],
    });
    const bobs = await world.job('bob');
    const query = 'query ($id: ID!) { job(id: $id) { id } }';
    expect((await request(world, query, { id: idOf(bobs) }, token)).data.job).toBeNull();
    await world.clock.advance(900_000);
    expect(codesOf(await request(world, query, { id: idOf(bobs) }, token))).toEqual(['UNAUTHENTICATED']);
  });

  it('is never for an admin', async () => {
    const world = await open();
    const asked = await request(world, createToken, { input: { userId: 'ada', scopes: ['ADMIN'] } }, world.admin);
    expect(asked.data.createClientToken).toEqual({ issues: [{ path: ['scopes'] }] });
  });

  it('spends no more than its credits; what fails is given back', async () => {
    const world = await open();
    const token = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_WRITE'], maxCredits: 2 });
    const ask = async () => {
      const answer = request(world, generate, {}, token);
      // Nobody takes the jobs, and their mutations wait for four seconds.
      await world.clock.advance(4000);
      return (await answer).data.generateVideo;
    };
    expect(await ask()).toMatchObject({ replayed: false });
    expect(await ask()).toMatchObject({ replayed: false });
    expect(await ask()).toEqual({
      __typename: 'InsufficientCreditsError',
      message: 'A video costs 1 credits, and this token may spend 0 more.',
      required: 1,
      available: 0,
    });
    const account = await world.store.arrive({ owner: 'ada', environment: 'TEST' }, 0, 0);
    const page = { count: { from: 'start', limit: 1 }, after: null, before: null } as const;
    const { items } = await world.store.listJobs(account.id, { status: null, externalId: null }, page);
    let [job] = items;
    for (const event of [...lives.processing, failed]) if (job !== undefined) job = await world.happen(job, event);
    expect(await ask()).toMatchObject({ replayed: false });
  });

  it('for some jobs sees, watches and cancels these, and knows of no others', async () => {
    const world = await open();
    const [one, other] = [await world.job(), await world.job()];
    const token = await clientTokenOf(world, {
      userId: 'ada',
      scopes: ['JOBS_WRITE', 'CREDITS_READ'],
      jobIds: [idOf(one), 'nonsense'],
    });
    const cancel = 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }';
    const query = 'query ($id: ID!) { job(id: $id) { version } node(id: $id) { id } }';
    expect((await request(world, query, { id: idOf(one) }, token)).data).toMatchObject({ job: { version: 1 } });
    expect((await request(world, query, { id: idOf(other) }, token)).data).toEqual({ job: null, node: null });
    for (const refused of [
      '{ jobs { totalCount } }',
      generate,
      `mutation { retryJob(id: "${idOf(one)}") { __typename } }`,
    ]) {
      expect(codesOf(await request(world, refused, {}, token))).toEqual(['FORBIDDEN']);
    }
    expect(await stream(world, 'subscription { jobEvents { __typename } }', token)).toContain('"code":"FORBIDDEN"');
    expect(await stream(world, `subscription { jobUpdated(id: "${idOf(other)}") { id } }`, token)).toContain(
      '"code":"NOT_FOUND"',
    );
    expect((await request(world, cancel, { id: idOf(other) }, token)).data.cancelJob.__typename).toBe('NotFoundError');
    expect((await request(world, cancel, { id: idOf(one) }, token)).data.cancelJob.__typename).toBe('CancelJobSuccess');
    expect(await stream(world, `subscription { jobUpdated(id: "${idOf(one)}") { status } }`, token)).toContain(
      'CANCELED',
    );
  });

  it('shares no results with another of the same user that may see more', async () => {
    const world = await open();
    const job = await world.job();
    const bound = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_READ'], jobIds: ['x'] });
    const free = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_READ'] });
    const watching = subscribeMessage('1', 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }', {
      id: idOf(job),
    });
    const types: string[] = [];
    for (const token of [free, bound]) {
      const socket = await openConnection(world, token);
      socket.send(watching);
      types.push((await socket.next()).type);
      socket.close();
    }
    expect(types).toEqual(['next', 'error']);
  });
});

describe('a JSON Web Token', () => {
  it('is narrowed by the scopes that it lists, and allows all where it lists none', async () => {
    const world = await open();
    const tellOf = async (claims: Record<string, unknown>) => {
      const token = await tokenOf({ env: 'test', roles: ['admin'], ...claims }, '2027-01-01T00:00:00Z');
      return (await request(world, '{ viewer { scopes } }', {}, token)).data?.viewer.scopes ?? 'refused';
    };
    const all = ['JOBS_READ', 'JOBS_WRITE', 'CREDITS_READ', 'ADMIN'];
    expect(await tellOf({})).toEqual(all);
    expect(await tellOf({ roles: [] })).toEqual(all.slice(0, 3));
    expect(await tellOf({ scopes: ['jobs:write', 'mail:send'] })).toEqual(['JOBS_READ', 'JOBS_WRITE']);
    expect(await tellOf({ scopes: ['admin'] })).toEqual(all);
    expect(await tellOf({ scopes: ['admin'], roles: [] })).toEqual([]);
    expect(await tellOf({ scopes: [] })).toEqual([]);
    expect(await tellOf({ scopes: 'jobs:read' })).toBe('refused');
  });
});
