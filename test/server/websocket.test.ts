import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, join, leave, type TestSocket } from './socket.ts';
import { eventually, openWorld, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const past = '2025-12-31T23:00:00Z';

function subscribe(socket: TestSocket, query: string, more: object = {}, id = '1'): void {
  socket.send({ type: 'subscribe', id, payload: { query, ...more } });
}

describe('a socket', () => {
  it('runs operations of every kind, as graphql-ws’s own client sends them', async () => {
    world = await openWorld();
    const client = createClient({ url: `${world.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    const all = async (query: string) => {
      const results: unknown[] = [];
      for await (const result of client.iterate({ query })) results.push(result);
      return results;
    };
    expect(await all('{ me }')).toEqual([{ data: { me: 'demo TEST' } }]);
    expect(await all('mutation { act }')).toEqual([{ data: { act: 1 } }]);
    expect(await all('subscription { count(to: 3) }')).toEqual([1, 2, 3].map((count) => ({ data: { count } })));
    await client.dispose();
    expect(world.users).toHaveLength(3);
  });

  it('ends a subscription at once when it is completed, and all of them when the client leaves', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    for (const id of ['1', '2', '3']) {
      subscribe(socket, 'subscription { count }', {}, id);
      expect(await socket.next()).toEqual({ id, type: 'next', payload: { data: { count: 1 } } });
    }
    expect(world.open()).toBe(3);
    socket.send({ type: 'complete', id: '2' });
    await eventually(world.open).toBe(2);
    await leave(socket);
    await eventually(world.open).toBe(0);
  });

  it('responds to pings', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    socket.send({ type: 'ping', payload: { at: 7 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 7 } });
    await leave(socket);
  });

  it.each<[string, object, string]>([
    ['that cannot be parsed', { query: '{ me' }, 'GRAPHQL_PARSE_FAILED'],
    ['that is too deep for a parser', { query: '{ self '.repeat(5000) }, 'GRAPHQL_PARSE_FAILED'],
    ['with a field that is not there', { query: '{ you }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with a wrong variable',
      { query: 'query($n: Int!) { double(number: $n) }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
    ],
    ['that names no operation', { query: 'query A { me } query B { me }' }, 'BAD_USER_INPUT'],
    ['for what is not there, before any next', { query: 'subscription { missing }' }, 'NOT_FOUND'],
  ])('refuses an operation %s by an error message', async (_, payload, code) => {
    world = await openWorld();
    const socket = await join(world.url);
    socket.send({ type: 'subscribe', id: '1', payload });
    const { payload: errors, ...message } = await socket.next();
    expect(message).toEqual({ type: 'error', id: '1' });
    expect(errors[0].extensions).toEqual({ code });
    subscribe(socket, '{ me }');
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { me: 'demo TEST' } } });
    await leave(socket);
  });

  it.each<[string, string, string]>([
    ['a query', '{ fails }', 'next'],
    ['an event', 'subscription { fails }', 'next'],
    ['a stream', 'subscription { breaks }', 'error'],
  ])('masks internal errors, and logs them whole: %s', async (_, query, type) => {
    world = await openWorld();
    const socket = await join(world.url);
    subscribe(socket, query);
    let message = await socket.next();
    if (type === 'error') message = await socket.next();
    expect(message.type).toBe(type);
    const [error] = message.payload.errors ?? message.payload;
    expect(error).toMatchObject({
      message: expect.stringContaining('Something went wrong'),
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
    });
    expect(JSON.stringify(message)).not.toContain('hunter2');
    const [line] = world.lines;
    expect(line).toMatchObject({ level: 'error', fields: { requestId: error.extensions.requestId } });
    expect(String(line?.fields['err'])).toContain('hunter2');
    await leave(socket);
  });
});

describe('a client that opens a socket', () => {
  it.each(['authorization', 'Authorization', 'AUTHORIZATION'])('sends a token as %s', async (name) => {
    world = await openWorld({ identity: tokens });
    const socket = await join(world.url, { [name]: `Bearer ${await tokenOf()}` });
    subscribe(socket, '{ me }');
    expect(await socket.next()).toMatchObject({ payload: { data: { me: 'ada TEST' } } });
    await leave(socket);
  });

  it.each<[string, number, () => Promise<object | undefined>]>([
    ['no payload', 4401, async () => undefined],
    ['no token', 4401, async () => ({})],
    ['a number for a token', 4401, async () => ({ authorization: 7 })],
    ['nonsense', 4401, async () => ({ authorization: 'Bearer nonsense' })],
    ['a token without its scheme', 4401, async () => ({ authorization: await tokenOf() })],
    [
      'a token for LIVE, where there is none',
      4401,
      async () => ({ authorization: `Bearer ${await tokenOf({ env: 'live' })}` }),
    ],
    ['an expired token', 4403, async () => ({ authorization: `Bearer ${await tokenOf({}, past)}` })],
  ])('with %s is refused with %i', async (_, code, make) => {
    world = await openWorld({ identity: tokens });
    const socket = await connect(world.url);
    socket.send({ type: 'connection_init', payload: await make() });
    expect(await socket.closed).toMatchObject({ code });
  });

  it('with a token that cannot be checked at the moment is asked to reconnect', async () => {
    world = await openWorld({ identity: { ...tokens, kind: 'jwks', url: 'http://127.0.0.1:1/keys' } });
    const socket = await connect(world.url);
    const authorization = 'Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJhZGEifQ.AAAA';
    socket.send({ type: 'connection_init', payload: { authorization } });
    expect(await socket.closed).toMatchObject({ code: 1013 });
  });

  it('is closed with 4403 when the token expires, and with it every subscription', async () => {
    world = await openWorld({ identity: tokens });
    const expiring = await join(world.url, { authorization: `Bearer ${await tokenOf({}, '2026-01-01T00:00:10Z')}` });
    const lasting = await join(world.url, { authorization: `Bearer ${await tokenOf()}` });
    for (const socket of [expiring, lasting]) {
      subscribe(socket, 'subscription { count }');
      await socket.next();
    }
    await world.clock.advance(9000);
    expect(expiring.socket.readyState).toBe(WebSocket.OPEN);
    await world.clock.advance(1000);
    expect(await expiring.closed).toMatchObject({ code: 4403 });
    await eventually(world.open).toBe(1);
    await leave(lasting);
  });

  it('may have 20 at once; one more is asked to reconnect, and may once another is gone', async () => {
    world = await openWorld({ identity: tokens });
    const ada = { authorization: `Bearer ${await tokenOf()}` };
    const sockets = await Promise.all(Array.from({ length: 20 }, () => join(world.url, ada)));
    const refused = await connect(world.url);
    refused.send({ type: 'connection_init', payload: ada });
    expect(await refused.closed).toMatchObject({ code: 1013 });
    const bob = await join(world.url, { authorization: `Bearer ${await tokenOf({ sub: 'bob' })}` });
    const [first] = sockets;
    if (first !== undefined) await leave(first);
    await eventually(() =>
      join(world.url, ada).then(
        (socket) => sockets.push(socket),
        () => 'refused',
      ),
    ).toBe(21);
    await Promise.all([...sockets, bob].map(leave));
  });

  it('may run 100 operations at once; one more is refused until another is complete', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    for (let id = 0; id < 100; id += 1) subscribe(socket, 'subscription { count }', {}, String(id));
    for (let id = 0; id < 100; id += 1) expect(await socket.next()).toMatchObject({ type: 'next' });
    subscribe(socket, 'subscription { count }', {}, 'more');
    expect(await socket.next()).toMatchObject({
      type: 'error',
      id: 'more',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    socket.send({ type: 'complete', id: '7' });
    subscribe(socket, 'subscription { count }', {}, 'more');
    expect(await socket.next()).toMatchObject({ type: 'next', id: 'more' });
    await leave(socket);
  });

  it('gets an error for each operation when it sends too many', async () => {
    world = await openWorld({ requestsPerMinute: 1 });
    const socket = await join(world.url);
    subscribe(socket, '{ me }', {}, 'first');
    expect(await socket.next()).toMatchObject({ type: 'next', id: 'first' });
    expect(await socket.next()).toMatchObject({ type: 'complete', id: 'first' });
    subscribe(socket, '{ me }', {}, 'second');
    expect(await socket.next()).toMatchObject({
      type: 'error',
      id: 'second',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } }],
    });
    await leave(socket);
  });
});
