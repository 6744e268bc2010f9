import { afterEach, describe, expect, it } from 'vitest';
import { openWorld, post, read, send, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const past = '2025-12-31T23:00:00Z';

describe('without a token', () => {
  it.each([
    '{ __typename }',
    '{ __typename __schema { types { name } } __type(name: "Query") { name } }',
    '{ ... { __typename } ...F } fragment F on Query { __typename ... on Query { __schema { description } } }',
    'query A { __schema { description } } query B { __typename }',
  ])('introspection is executed: %s', async (query) => {
    world = await openWorld({ identity: tokens });
    const answer = await post(world.url, { query, ...(query.includes('query B') ? { operationName: 'B' } : {}) });
    expect(answer).toMatchObject({ status: 200, body: { data: { __typename: 'Query' } } });
  });

  it.each([
    '{ me }',
    '{ __typename me }',
    '{ ...F } fragment F on Query { __typename ... { me } }',
    '{ a: __typename ...F } fragment F on Query { ...G } fragment G on Query { me }',
    'mutation { act }',
    'query A { __typename } mutation B { act }',
    // Everything beside an operation in the document is validated with it.
    'query B { __typename } query A { me }',
    'query B { __typename } mutation A { act }',
  ])('anything more is refused as a whole: %s', async (query) => {
    world = await openWorld({ identity: tokens });
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream']) {
      const body = { query, ...(/\bB\b/.test(query) ? { operationName: 'B' } : {}) };
      const answer = await post(world.url, body, { accept });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.body).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
    expect(world.users).toEqual([]);
  });

  it('no stream opens', async () => {
    world = await openWorld({ identity: tokens });
    const answer = await post(world.url, { query: 'subscription { count }' }, { accept: 'text/event-stream' });
    expect(answer).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    expect(world.open()).toBe(0);
  });
});

describe('with a token', () => {
  it('an operation runs as its user', async () => {
    world = await openWorld({ identity: tokens });
    const authorization = `Bearer ${await tokenOf({ roles: ['admin', 'x'] })}`;
    const answer = await post(world.url, { query: '{ me roles }' }, { authorization });
    expect(answer).toMatchObject({ status: 200, body: { data: { me: 'ada TEST', roles: 'admin,x' } } });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['that has expired', () => tokenOf({}, past), 'expired'],
    ['that is none', async () => 'nonsense', 'not valid'],
    ['for an unknown environment', () => tokenOf({ env: 'x' }), 'not valid'],
  ])('%s everything is refused', async (_, make, says) => {
    world = await openWorld({ identity: tokens });
    for (const query of ['{ me }', '{ __typename }', '{ nonsense']) {
      const answer = await post(world.url, { query }, { authorization: `Bearer ${await make()}` });
      expect(answer).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      expect(answer.headers.get('www-authenticate')).toContain(says);
    }
  });

  it('for LIVE everything is forbidden without a provider key', async () => {
    world = await openWorld({ identity: tokens });
    const authorization = `Bearer ${await tokenOf({ env: 'live' })}`;
    const answer = await post(world.url, { query: '{ me }' }, { authorization });
    expect(answer).toMatchObject({ status: 403, body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
  });

  it('that cannot be checked at the moment makes the server ask the client to retry', async () => {
    world = await openWorld({ identity: { ...tokens, kind: 'jwks', url: 'http://127.0.0.1:1/keys' } });
    const token = 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJhZGEifQ.AAAA';
    const answer = await post(world.url, { query: '{ me }' }, { authorization: `Bearer ${token}` });
    expect(answer).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

describe('demo mode', () => {
  it.each([
    'localhost',
    'localhost:4000',
    'reelgate.localhost:80',
    '127.0.0.1',
    '127.8.9.10:1',
    '[::1]',
    '[::1]:4000',
    'LOCALHOST',
  ])('accepts this machine’s own names: %s', async (host) => {
    world = await openWorld();
    expect(await send(world.url, { path: '/graphql?query={me}', headers: { host } })).toMatchObject({ status: 200 });
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'xlocalhost',
    '127.0.0.1.evil.example',
    '10.0.0.1:4000',
    '128.0.0.1',
    '[::2]',
    ':80',
    'a b',
  ])('accepts no other: "%s"', async (host) => {
    world = await openWorld();
    for (const path of ['/graphql?query={me}', '/graphql', '/', '/sandbox/x', '/graphiql/start.js']) {
      const answer = await send(world.url, { path, headers: { host, accept: 'text/html' } });
      expect(answer).toMatchObject({ status: 403, body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
    }
    expect(await send(world.url, { path: '/healthz', headers: { host } })).toMatchObject({ status: 200 });
  });

  it('is the only mode with this check: with tokens any name is accepted', async () => {
    world = await openWorld({ identity: tokens });
    const answer = await send(world.url, {
      path: '/graphql?query={__typename}',
      headers: { host: 'reelgate.example' },
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(await read(fetch(`${world.url}/graphql?query={me}`))).toMatchObject({ status: 401 });
  });
});
