import { describe, expect, it } from 'vitest';
import { openConnection, subscribeMessage } from '../protocol/raw-socket.ts';
import { tokenOf } from '../server/world.ts';
import { request } from '../world/gateway.ts';
import { codesOf, createKey, createToken, generate, keyOf, open, revoke, stream } from './world.ts';

describe('an API key', () => {
  it('is created, listed and revoked by an admin, and by nobody else', async () => {
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

  it('of the other environment looks like a missing one', async () => {
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

  it('that is revoked loses its sockets and streams within a minute, and nobody else does', async () => {
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
    expect(await out?.closed).toEqual({ code: 4403, reason: 'The token is no longer valid' });
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

describe('a JSON Web Token', () => {
  it('is narrowed by the scopes that it lists, and allows all where it lists none', async () => {
    const world = await open();
    const tellOf = async (claims: Record<string, unknown>) => {
      const token = await tokenOf({ env: 'test', roles: ['admin'], ...claims }, '2027-01-01T00:00:00Z');
      return (await request(world, '{ viewer { scopes } }', {}, token)).data?.viewer.scopes ?? 'refused';
    };
    const all = ['JOBS_READ', 'JOBS_WRITE', 'CREDITS_READ', 'WEBHOOKS_WRITE', 'ADMIN'];
    expect(await tellOf({})).toEqual(all);
    expect(await tellOf({ roles: [] })).toEqual(all.slice(0, 4));
    expect(await tellOf({ scopes: ['jobs:write', 'mail:send'] })).toEqual(['JOBS_READ', 'JOBS_WRITE']);
    expect(await tellOf({ scopes: ['admin'] })).toEqual(all);
    expect(await tellOf({ scopes: ['admin'], roles: [] })).toEqual([]);
    expect(await tellOf({ scopes: [] })).toEqual([]);
    expect(await tellOf({ scopes: 'jobs:read' })).toBe('refused');
  });
});
