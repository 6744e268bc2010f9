import { EventEmitter, once } from 'node:events';
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
    const refused = await post(world.url, { query: '{ me }' });
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

describe('a server whose address is taken', () => {
  it('rejects', async () => {
    world = await openWorld();
    await expect(openWorld({ port: world.server.port })).rejects.toMatchObject({
      name: 'ListenError',
      cause: { code: 'EADDRINUSE' },
    });
  });
});
