import { afterEach, describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/gateway/gateway.ts';
import { openWorld, post, read, send, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const graphqlJson = 'application/graphql-response+json';

describe('an operation over HTTP', () => {
  it('is executed by POST and by GET', async () => {
    world = await openWorld();
    expect(await post(world.url, { query: '{ me }' })).toMatchObject({
      status: 200,
      body: { data: { me: 'demo TEST' } },
    });
    const query = new URLSearchParams({
      query: 'query A($n: Int!) { double(number: $n) } query B { me }',
      operationName: 'A',
      variables: '{"n":4}',
    });
    const answer = await read(fetch(`${world.url}/graphql?${query}`));
    expect(answer).toMatchObject({ status: 200, body: { data: { double: 8 } } });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['nothing', undefined, 'application/json'],
    ['anything', '*/*', 'application/json'],
    ['JSON', 'application/json', 'application/json'],
    ['GraphQL’s JSON', graphqlJson, graphqlJson],
    ['GraphQL’s JSON before the other', `${graphqlJson}, application/json;q=0.9`, graphqlJson],
    ['the other before it', `${graphqlJson};q=0.5, application/json`, 'application/json'],
    ['GraphQL’s JSON and not the other', `application/json;q=0, ${graphqlJson}`, graphqlJson],
    ['many things', `multipart/mixed;deferSpec=20220824,${graphqlJson},application/json`, graphqlJson],
  ])('gets the requested media type: %s', async (_, accept, type) => {
    world = await openWorld();
    const headers = { 'content-type': 'application/json', ...(accept === undefined ? {} : { accept }) };
    const answer = await send(world.url, { method: 'POST', headers, body: ['{"query":"{ me }"}'] });
    expect(answer).toMatchObject({ status: 200, body: { data: { me: 'demo TEST' } } });
    expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
  });

  it('is not executed if the client could not read the response', async () => {
    world = await openWorld();
    const answer = await post(world.url, { query: 'mutation { act }' }, { accept: 'image/png' });
    expect(answer).toMatchObject({ status: 406, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    const events = await post(world.url, { query: 'subscription { count }' }, { accept: graphqlJson });
    expect(events).toMatchObject({ status: 406, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    expect(world.open()).toBe(0);
  });

  it.each<[string, object, string]>([
    ['that cannot be parsed', { query: '{ me' }, 'GRAPHQL_PARSE_FAILED'],
    ['with a field that is not there', { query: '{ you }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['with a literal of the wrong type', { query: '{ double(number: "x") }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with a wrong variable',
      { query: 'query($n: Int!) { double(number: $n) }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
    ],
    ['without its variable', { query: 'query($n: Int!) { double(number: $n) }' }, 'BAD_USER_INPUT'],
    ['that names no operation', { query: 'query A { me } query B { me }' }, 'BAD_USER_INPUT'],
    ['that names another', { query: 'query A { me }', operationName: 'B' }, 'BAD_USER_INPUT'],
    ['without any operation', { query: 'fragment F on Query { me }' }, 'BAD_USER_INPUT'],
  ])('%s gets an error, with a status for clients that understand one', async (_, body, code) => {
    world = await openWorld();
    for (const accept of ['application/json', graphqlJson]) {
      const answer = await post(world.url, body, { accept });
      expect(answer.body.errors[0].extensions).toEqual({ code });
      expect(answer.body).not.toHaveProperty('data');
      expect(answer.status).toBe(accept === graphqlJson ? 400 : 200);
    }
  });

  it('with data and errors is a 200', async () => {
    world = await openWorld();
    const answer = await post(world.url, { query: '{ me forbidden }' }, { accept: graphqlJson });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        data: { me: 'demo TEST', forbidden: null },
        errors: [{ message: 'This is for admins.', path: ['forbidden'], extensions: { code: 'FORBIDDEN' } }],
      },
    });
  });

  it('with an invalid argument value from a variable gets an error at the field', async () => {
    world = await openWorld();
    const query = 'query($n: Int = 1) { double(number: $n) }';
    const answer = await post(world.url, { query, variables: { n: null } });
    expect(answer).toMatchObject({ status: 200, body: { data: { double: null } } });
    expect(answer.body.errors[0]).toMatchObject({ path: ['double'], extensions: { code: 'BAD_USER_INPUT' } });
  });

  it.each(['{ fails }', '{ wrong }'])(
    'that fails internally is masked, and the log has the whole error: %s',
    async (query) => {
      world = await openWorld();
      const answer = await post(world.url, { query }, { 'x-request-id': 'request-7' });
      expect(answer.body.errors).toEqual([
        {
          message: expect.stringContaining('Something went wrong'),
          locations: [{ line: 1, column: 3 }],
          path: [query.slice(2, -2)],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-7' },
        },
      ]);
      expect(answer.text).not.toMatch(/hunter2|integer|stack/);
      expect(world.lines).toMatchObject([
        { level: 'error', fields: { requestId: 'request-7', err: expect.any(Error) } },
      ]);
    },
  );

  it('of a user whose account cannot be ensured is a masked 500; the next operation ensures it', async () => {
    let away = true;
    const demo: Viewer = { userId: 'demo', environment: 'TEST', roles: ['admin'], accountId: 'a' };
    const ensureAccount = () => (away ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve(demo));
    world = await openWorld({ gateway: { ensureAccount } as never });
    const failed = await post(world.url, { query: '{ me }' });
    expect(failed).toMatchObject({
      status: 500,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(failed.text).not.toContain('ECONNREFUSED');
    away = false;
    expect(await post(world.url, { query: '{ me }' })).toMatchObject({
      status: 200,
      body: { data: { me: 'demo TEST' } },
    });
  });

  it('ensures its user’s account first, unless it is only introspection', async () => {
    world = await openWorld({ identity: tokens });
    for (const sub of ['ada', 'bob', 'ada']) {
      await post(world.url, { query: '{ me }' }, { authorization: `Bearer ${await tokenOf({ sub })}` });
    }
    await post(world.url, { query: '{ __typename }' });
    expect(world.users).toEqual([
      { userId: 'ada', environment: 'TEST', roles: [] },
      { userId: 'bob', environment: 'TEST', roles: [] },
      { userId: 'ada', environment: 'TEST', roles: [] },
    ]);
  });

  it('too deep, too long or nested too deeply is refused, and GraphiQL’s introspection is not', async () => {
    world = await openWorld();
    const nested = (depth: number) => `${'{ self '.repeat(depth - 1)}{ me }${'}'.repeat(depth - 1)}`;
    const code = async (query: string) => (await post(world.url, { query })).body.errors?.[0].extensions.code ?? 'none';
    expect(await code(nested(20))).toBe('none');
    expect(await code(nested(21))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await code(nested(5000))).toBe('GRAPHQL_PARSE_FAILED');
    expect(await code(`{ me ${'me '.repeat(4000)} }`)).toBe('GRAPHQL_PARSE_FAILED');
    expect(await code(`{ double(number: ${'['.repeat(5000)}1${']'.repeat(5000)}) }`)).toBe('GRAPHQL_PARSE_FAILED');
    const fragments = Array.from({ length: 30 }, (_, at) => `fragment F${at} on Query { self { ...F${at + 1} } }`);
    expect(await code(`{ ...F0 } ${fragments.join(' ')} fragment F30 on Query { me }`)).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(await code('{ ...F } fragment F on Query { ...F }')).toBe('GRAPHQL_VALIDATION_FAILED');
    const { getIntrospectionQuery } = await import('graphql');
    expect(await code(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }))).toBe('none');
  });
});

describe('a user who asks too often', () => {
  it('gets the time to wait, and nobody else is delayed', async () => {
    world = await openWorld({ identity: tokens, requestsPerMinute: 2 });
    const ask = async (sub: string) =>
      post(world.url, { query: '{ me }' }, { authorization: `Bearer ${await tokenOf({ sub })}` });
    await ask('ada');
    await post(world.url, { query: '{ nonsense' }, { authorization: `Bearer ${await tokenOf()}` });
    const refused = await ask('ada');
    expect(refused).toMatchObject({
      status: 429,
      body: { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 30 } }] },
    });
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await ask('bob')).toMatchObject({ status: 200 });
    for (let open = 0; open < 5; open += 1)
      expect(await post(world.url, { query: '{ __typename }' })).toMatchObject({ status: 200 });
    await world.clock.advance(30_000);
    expect(await ask('ada')).toMatchObject({ status: 200 });
  });
});
