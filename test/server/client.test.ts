import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, join, leave, type TestSocket } from './socket.ts';
import { eventually, openWorld, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

function subscribe(socket: TestSocket, query: string, more: object = {}, id = '1'): void {
  socket.send({ type: 'subscribe', id, payload: { query, ...more } });
}

describe('an upgrade', () => {
  it.each<[string, Parameters<typeof connect>[1], number]>([
    ['at another path', { path: '/' }, 404],
    ['below the path', { path: '/graphql/x' }, 404],
    ['from a foreign page', { headers: { origin: 'https://evil.example' } }, 403],
    ['from a page without an origin of its own', { headers: { origin: 'null' } }, 403],
    ['to a name that is not this machine’s, in demo mode', { headers: { host: 'evil.example' } }, 403],
    ['from a page of such a name', { headers: { host: 'evil.example', origin: 'http://evil.example' } }, 403],
  ])('%s is refused', async (_, options, status) => {
    world = await openWorld({ allowedOrigins: ['https://app.example.com'] });
    await expect(connect(world.url, options)).rejects.toThrow(`HTTP ${status}`);
  });

  it('is accepted from our own page, a listed origin or no page, with or without a query string', async () => {
    world = await openWorld({
      allowedOrigins: ['https://app.example.com'],
      publicUrl: () => 'https://reelgate.example',
    });
    const origins = [world.url, 'https://reelgate.example', 'https://app.example.com'];
    for (const origin of origins) await leave(await join(world.url, {}, { origin }));
    await leave(await join(world.url));
    await leave(await connect(world.url, { path: '/graphql?x=1' }));
  });

  it.each([null, 'graphql-ws', 'soap'])('to another subprotocol is closed with 4406: %s', async (protocol) => {
    world = await openWorld();
    const opened = connect(world.url, { protocol });
    // A client that offered other subprotocols gets none, and may give up by itself.
    await opened.then(
      async (socket) => expect(await socket.closed).toMatchObject({ code: 4406 }),
      () => undefined,
    );
  });
});

describe('a misbehaving client', () => {
  it.each<[string, number, (socket: TestSocket) => void]>([
    ['no JSON', 4400, (socket) => socket.send('{')],
    ['no message', 4400, (socket) => socket.send('7')],
    ['an unknown type', 4400, (socket) => socket.send({ type: 'dance' })],
    ['a message that only servers send', 4400, (socket) => socket.send({ type: 'connection_ack' })],
    ['a subscribe without a query', 4400, (socket) => socket.send({ type: 'subscribe', id: '1', payload: {} })],
    ['a second connection_init', 4429, (socket) => socket.send({ type: 'connection_init' })],
    ['a message of more than 64 KiB', 1009, (socket) => socket.send('x'.repeat(64 * 1024 + 1))],
    ['broken UTF-8', 1007, ({ socket }) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false })],
  ])('that sends %s is cut off with %i, without effect on others', async (_, code, misbehave) => {
    world = await openWorld();
    const bystander = await join(world.url);
    const socket = await join(world.url);
    misbehave(socket);
    expect(await socket.closed).toMatchObject({ code });
    subscribe(bystander, '{ me }');
    expect(await bystander.next()).toMatchObject({ type: 'next' });
    await leave(bystander);
  });

  it('that uses an id twice is cut off', async () => {
    world = await openWorld();
    const socket = await join(world.url);
    subscribe(socket, 'subscription { count }');
    await socket.next();
    subscribe(socket, 'subscription { count }');
    expect(await socket.closed).toMatchObject({ code: 4409 });
    await eventually(world.open).toBe(0);
  });

  it('that subscribes before connection_init is cut off', async () => {
    world = await openWorld({ identity: tokens });
    const socket = await connect(world.url);
    subscribe(socket, '{ __typename }');
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('that never sends connection_init is cut off after three seconds', async () => {
    world = await openWorld();
    const socket = await connect(world.url);
    await world.clock.advance(3000);
    expect(await socket.closed).toMatchObject({ code: 4408 });
  });

  it('that does not respond to pings is cut off; one that does is kept', async () => {
    world = await openWorld();
    const lively = await join(world.url);
    const silent = await connect(world.url);
    silent.send({ type: 'connection_init' });
    await silent.next();
    silent.socket.pong = () => undefined;
    const pinged = (socket: TestSocket) => new Promise((resolve) => void socket.socket.once('ping', resolve));
    const pings = [pinged(lively), pinged(silent)];
    await world.clock.advance(12_000);
    await Promise.all(pings);
    // A response to a message shows that the server has read the pong before it.
    lively.send({ type: 'ping' });
    await lively.next();
    await world.clock.advance(12_000);
    expect(await silent.closed).toMatchObject({ code: 1006 });
    expect(lively.socket.readyState).toBe(WebSocket.OPEN);
    await leave(lively);
  });

  it('that does not read is closed with 1013 after ten seconds', async () => {
    const socket = await stall();
    await world.clock.advance(10_000);
    expect(socket.socket.readyState).toBe(WebSocket.OPEN);
    await world.clock.advance(1000);
    socket.socket.resume();
    expect(await socket.closed).toMatchObject({ code: 1013 });
  });

  it('that still does not read five seconds later is cut off', async () => {
    const socket = await stall();
    await world.clock.advance(17_000);
    socket.socket.resume();
    expect(await socket.closed).toMatchObject({ code: 1006 });
  });

  /** Opens a socket with far more unsent data than the kernel buffers. */
  async function stall(): Promise<TestSocket> {
    world = await openWorld();
    const socket = await join(world.url);
    socket.socket.pause();
    for (let id = 0; id < 60; id += 1) subscribe(socket, '{ text(length: 500000) }', {}, String(id));
    await eventually(world.texts).toBe(60);
    return socket;
  }
});
