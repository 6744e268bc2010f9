import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Behaviour, cut, hang, hangAfter, html, json } from './misbehaving-server.ts';
import { jobOf, openClient, openServer, openWorld, yes } from './segmind-world.ts';

const accepted = json(200, { request_id: 'abc123', status: 'QUEUED' });

describe('a submit of which no byte was sent', () => {
  it('is not sent if the connection is refused', async () => {
    const server = await openServer();
    await server.close();
    const segmind = openClient({ baseUrl: server.origin });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  });

  it('is not sent if the name does not resolve', async () => {
    const segmind = openClient({ baseUrl: 'http://provider.invalid' });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  });

  it('is not sent if the TLS handshake fails', async () => {
    const server = await openServer(accepted);
    const segmind = openClient({ baseUrl: `https://127.0.0.1:${server.port}` });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
    expect(server.requests).toEqual([]);
  });

  it('is not sent if the connection ends during the TLS handshake', async () => {
    const port = await openTcp((socket) => socket.end());
    const segmind = openClient({ baseUrl: `https://127.0.0.1:${port}` });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  });

  it('is not sent if the handshake exceeds the connection timeout', async () => {
    const port = await openTcp(() => undefined);
    const segmind = openClient({ baseUrl: `https://127.0.0.1:${port}`, timeouts: { connectMs: 50 } });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  });

  it('is not sent if the handshake takes all of its time', async () => {
    const port = await openTcp(() => undefined);
    const segmind = openClient({ baseUrl: `https://127.0.0.1:${port}`, timeouts: { submitMs: 50 } });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  });

  it('is withheld if it may no longer begin once the connection is open', async () => {
    const { server, segmind } = await openWorld(accepted);
    const connectedWhenAsked: number[] = [];
    const mayBegin = () => connectedWhenAsked.push(1) === 0;
    expect(await segmind.submit(jobOf(), mayBegin)).toEqual({ type: 'withheld' });
    expect(connectedWhenAsked).toHaveLength(1);
    expect(server.requests).toEqual([]);
  });
});

describe('a submit that was sent without a response', () => {
  it.each([
    ['cut', cut],
    ['closed', (response) => response.socket?.end()],
  ] satisfies readonly (readonly [string, Behaviour])[])(
    'is unconfirmed if the connection is %s',
    async (_, behaviour) => {
      const { server, segmind } = await openWorld(behaviour);
      expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
      expect(server.requests).toHaveLength(1);
    },
  );

  it('is unconfirmed if the connection is cut after the first bytes', async () => {
    const port = await openTcp((socket) => onData(socket, () => socket.resetAndDestroy()));
    const segmind = openClient({ baseUrl: `http://127.0.0.1:${port}` });
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['an endless head', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ])('is unconfirmed if the response is %s', async (_, response) => {
    const port = await openTcp((socket) => onData(socket, () => socket.end(response)));
    const segmind = openClient({ baseUrl: `http://127.0.0.1:${port}` });
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
  });

  it('is unconfirmed if no response comes in time', async () => {
    const { server, segmind } = await openWorld(hang, { timeouts: { submitMs: 300 } });
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
    expect(server.requests).toHaveLength(1);
  });

  it('is read as far as it came if the body never ends', async () => {
    const timeouts = { submitMs: 400 };
    const half = await openWorld(hangAfter(200, '{"request_id":"abc'), { timeouts });
    expect(await half.segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: 200 });
    const whole = await openWorld(hangAfter(200, '{"request_id":"abc123"}'), { timeouts });
    expect(await whole.segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', requestId: 'abc123' });
  });
});

describe('connections', () => {
  it('are new for every submit and kept alive for polls', async () => {
    const { server, segmind, running } = await openWorld(accepted);
    await segmind.submit(jobOf(), yes);
    await segmind.poll(running);
    await segmind.submit(jobOf(), yes);
    await segmind.poll(running);
    const connectionsOf = (method: string) =>
      server.requests.filter((seen) => seen.method === method).map((seen) => seen.connection);
    expect(new Set(connectionsOf('POST')).size).toBe(2);
    expect(new Set(connectionsOf('GET')).size).toBe(1);
    expect(server.requests.filter((seen) => seen.method === 'POST').map((seen) => seen.headers.connection)).toEqual([
      'close',
      'close',
    ]);
  });

  it('that the provider closes after a response do no harm', async () => {
    const closed: Promise<unknown>[] = [];
    const { server, segmind, running } = await openWorld((response) => {
      const { socket } = response;
      if (socket !== null) closed.push(once(socket, 'close'));
      response.end('{"status":"QUEUED"}', () => {
        socket?.end();
      });
    });
    for (let poll = 1; poll <= 3; poll += 1) {
      expect(await segmind.poll(running)).toHaveProperty('event', { type: 'seen', status: 'QUEUED' });
      await Promise.all(closed);
    }
    expect(server.connections()).toBe(3);
  });

  it('that hang do not delay other jobs', async () => {
    const { server, segmind, running } = await openWorld((response, seen) =>
      seen.path.endsWith('/hangs') ? hang(response, seen) : json(200, { status: 'QUEUED' })(response, seen),
    );
    const hanging = jobOf({ pollUrl: `${server.origin}/workflows/request/hangs` });
    const held = Array.from({ length: 50 }, () => segmind.poll(hanging));
    expect(await segmind.poll(running)).toHaveProperty('event', { type: 'seen', status: 'QUEUED' });
    await segmind.close();
    expect(await Promise.all(held)).toEqual(held.map(() => ({ event: { type: 'fault' }, retryAt: null })));
  });

  it('of a submit outlive the client', async () => {
    const { server, segmind } = await openWorld(hang);
    const arrived = new Promise<() => void>((resolve) => {
      server.behave((response, seen) => {
        resolve(() => {
          accepted(response, seen);
        });
      });
    });
    const submitting = segmind.submit(jobOf(), yes);
    const respond = await arrived;
    await segmind.close();
    respond();
    expect(await submitting).toMatchObject({ type: 'accepted', requestId: 'abc123' });
  });
});

describe('a broken collaborator', () => {
  it('never makes a promise reject', async () => {
    const { server, segmind, log } = await openWorld(html(502));
    const broken = () => {
      throw new Error('no clock');
    };
    expect(await segmind.submit(jobOf(), broken)).toEqual({ type: 'unconfirmed', httpStatus: null });
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
    expect(server.requests).toEqual([]);
  });
});

function neverAsked(): boolean {
  throw new Error('asked though nothing could be sent');
}

function onData(socket: Socket, act: () => unknown): void {
  socket.once('data', () => {
    act();
  });
}

async function openTcp(greet: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
