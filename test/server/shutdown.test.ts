import { EventEmitter, once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { buildSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, join } from './socket.ts';
import { eventually, openWorld, post, send, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

describe('a server that shuts down', () => {
  it('is no longer ready and refuses operations and sockets, while the sandbox goes on', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    world.server.drain();
    expect(await send(world.url, { path: '/healthz' })).toMatchObject({ status: 200 });
    expect(await send(world.url, { path: '/readyz' })).toMatchObject({
      status: 503,
      body: { reason: 'The gateway is shutting down.' },
    });
    // A connection that closes with bytes unread would be reset, and the response lost.
    const refused = await post(world.url, { query: '{ me }', variables: { text: 'x'.repeat(90_000) } });
    expect(refused).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    await expect(connect(world.url)).rejects.toThrow('HTTP 503');
    expect(await send(world.url, { path: '/sandbox/x' })).toMatchObject({ status: 200, text: 'sandbox' });
    socket.send({ type: 'subscribe', id: '1', payload: { query: '{ me }' } });
    expect(await socket.next()).toMatchObject({ type: 'next' });
  });

  it('closes sockets with 1012, ends their subscriptions, and still serves the sandbox', async () => {
    world = await openWorld();
    const subscriber = await join(world.url);
    const sockets = [subscriber, await join(world.url), await connect(world.url)];
    subscriber.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { count }' } });
    await subscriber.next();
    await world.server.closeSockets();
    for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 1012 });
    await eventually(world.open).toBe(0);
    expect(await send(world.url, { path: '/sandbox/x' })).toMatchObject({ status: 200 });
  });

  it('closes sockets so that clients reconnect', async () => {
    world = await openWorld();
    const client = createClient({
      url: `${world.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 1000,
      retryWait: () => new Promise((resolve) => void setImmediate(resolve)),
      // While nothing listens there is no close code to judge by. graphql-ws does not call this for fatal codes.
      shouldRetry: () => true,
    });
    const items = client.iterate({ query: 'subscription { count }' });
    await items.next();
    const { port } = world.server;
    await world.server.close();
    const next = items.next();
    world = await openWorld({ port });
    expect(await next).toMatchObject({ value: { data: { count: 1 } } });
    await client.dispose();
  });

  it('destroys sockets that do not respond to the close', async () => {
    world = await openWorld();
    const { socket, closed } = await join(world.url);
    socket.pause();
    const done = world.server.closeSockets();
    await world.clock.advance(2000);
    await done;
    socket.resume();
    expect(await closed).toMatchObject({ code: expect.toSatisfy((code) => code === 1006 || code === 1012) });
  });

  it('stops listening last, and gives running requests a second', async () => {
    const gate = new EventEmitter();
    const arrived = once(gate, 'arrived');
    world = await openWorld({
      async sandbox(_, response) {
        gate.emit('arrived');
        await once(gate, 'answer');
        response.end('late');
      },
    });
    const running = send(world.url, { path: '/sandbox/x' });
    await arrived;
    const closing = world.server.close();
    gate.emit('answer');
    expect(await running).toMatchObject({ text: 'late' });
    await closing;
    await expect(send(world.url, { path: '/healthz' })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a server that will shut down soon', () => {
  it('is not ready and ends connections after each response, and serves everything as before', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    world.server.leave();
    expect(await send(world.url, { path: '/readyz' })).toMatchObject({ status: 503 });
    expect(await send(world.url, { path: '/healthz' })).toMatchObject({ status: 200 });
    const answered = await post(world.url, { query: 'mutation { act }' });
    expect([answered.status, answered.headers.get('connection')]).toEqual([200, 'close']);
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'mutation { act }' } });
    expect(await socket.next()).toMatchObject({ type: 'next' });
    const newcomer = await join(world.url);
    newcomer.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { count }' } });
    expect(await newcomer.next()).toMatchObject({ type: 'next' });
  });
});

describe('a mutation that comes while a server shuts down', () => {
  const retryable = { message: 'The gateway is shutting down; try again.', extensions: { retryAfterSeconds: 1 } };

  it('is refused over an open WebSocket with a sentence, while queries still run', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    world.server.drain();
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'mutation { act }' } });
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [retryable] });
    socket.send({
      type: 'subscribe',
      id: '2',
      payload: { query: 'query A { me } mutation B { act }', operationName: 'A' },
    });
    expect(await socket.next()).toMatchObject({ type: 'next' });
    expect(world.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each(['application/json', 'application/json, text/event-stream'])(
    'is refused although its request began before, in answer to Accept: %s',
    async (accept) => {
      world = await openWorld();
      const { hostname, port } = new URL(world.url);
      const headers = { 'content-type': 'application/json', accept };
      const request = httpRequest({ hostname, port, path: '/graphql', method: 'POST', headers });
      const answered = once(request, 'response');
      request.write('{"query":');
      // The server has read the head: it answers this request later than one that came after it.
      await post(world.url, { query: '{ me }' });
      world.server.drain();
      request.end('"mutation { act }"}');
      const [response] = await answered;
      const body = JSON.parse(await textOf(response));
      expect([response.statusCode, response.headers['retry-after'], body.errors]).toMatchObject([
        503,
        '1',
        [retryable],
      ]);
    },
  );
});

describe('an operation that runs when a server shuts down', () => {
  it('is answered before sockets close, over HTTP and WebSocket', async () => {
    const gate = new EventEmitter();
    const schema = buildSchema('type Query { me: String } type Mutation { act: String }');
    const act = schema.getMutationType()?.getFields()['act'];
    if (act === undefined) throw new Error('There is no mutation');
    let begun = 0;
    act.resolve = async () => {
      begun += 1;
      await once(gate, 'answer');
      return 'done';
    };
    world = await openWorld({ schema });
    const socket = await join(world.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'mutation { act }' } });
    const overHttp = post(world.url, { query: 'mutation { act }' });
    await eventually(() => begun).toBe(2);
    world.server.drain();
    const closed = world.server.finish().then(() => world.server.closeSockets());
    gate.emit('answer');
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { act: 'done' } } });
    expect(await overHttp).toMatchObject({ status: 200, body: { data: { act: 'done' } } });
    await closed;
    expect(await socket.closed).toMatchObject({ code: 1012 });
  });

  it('is waited for 10 s at most', async () => {
    const schema = buildSchema('type Query { me: String }');
    const me = schema.getQueryType()?.getFields()['me'];
    if (me === undefined) throw new Error('There is no query');
    let begun = false;
    me.resolve = () => {
      begun = true;
      return new Promise(() => undefined);
    };
    world = await openWorld({ schema });
    const socket = await join(world.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: '{ me }' } });
    await eventually(() => begun).toBe(true);
    const finished = world.server.finish();
    await world.clock.advance(10_000);
    await finished;
  });
});

async function textOf(response: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

describe('a server whose address is taken', () => {
  it('rejects', async () => {
    world = await openWorld();
    await expect(openWorld({ port: world.server.port })).rejects.toMatchObject({
      name: 'ListenError',
      cause: { code: 'EADDRINUSE' },
    });
  });
});
