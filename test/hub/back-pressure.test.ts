import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { tokenOf } from '../server/world.ts';
import { openWorld, type World } from './world.ts';

/** A client's frame (RFC 6455, section 5.2) with the mask 0. */
function frameOf(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < 126;
  const head = Buffer.alloc(short ? 6 : 8);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const textOf = (message: object) => frameOf(1, JSON.stringify(message));

/** A socket of a client that has been accepted and reads nothing from then on. */
async function openDeaf(world: World): Promise<Socket> {
  const { port } = new URL(world.url);
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => void socket.destroy());
  await once(socket, 'connect');
  const upgrade = [
    'GET /graphql HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ];
  socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
  socket.write(
    textOf({ type: 'connection_init', payload: { authorization: `Bearer ${await tokenOf({ env: 'test' })}` } }),
  );
  let read = '';
  while (!read.includes('connection_ack')) read += String((await once(socket, 'data'))[0]);
  socket.pause();
  return socket;
}

const padding = 'x'.repeat(60_000);

const floods: readonly [string, () => Buffer][] = [
  ['pings of the protocol', () => textOf({ type: 'ping', payload: { padding } })],
  ['pings of WebSockets', () => Buffer.concat(Array.from({ length: 500 }, () => frameOf(9, padding.slice(0, 125))))],
  [
    'operations that are refused',
    () => textOf({ type: 'subscribe', id: padding, payload: { query: '{ nothing like this }' } }),
  ],
];

/** Much more than the kernel buffers on both sides. */
const floodBytes = 200 * 1024 * 1024;

it.each(floods)('a client that sends %s and reads nothing is read no further, and is cut', async (_, flood) => {
  const world = await openWorld({ now: () => Date.UTC(2026, 0, 1) });
  const socket = await openDeaf(world);
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  const piece = flood();
  const before = process.memoryUsage();
  let quietTurns = 0;
  let taken = 0;
  let sent = 0;
  // Until the gateway takes no more for many turns of the event loop.
  while (sent < floodBytes && quietTurns < 2000) {
    if (socket.writableLength < 1024 * 1024) {
      socket.write(piece);
      sent += piece.length;
    }
    await setImmediate();
    const now = socket.bytesWritten - socket.writableLength;
    quietTurns = now > taken ? 0 : quietTurns + 1;
    taken = now;
  }
  const after = process.memoryUsage();
  expect(taken).toBeLessThan(floodBytes / 4);
  const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
  expect(grown).toBeLessThan(50_000_000);

  for (let seconds = 0; seconds < 20; seconds += 1) await world.clock.advance(1000);
  socket.resume();
  await closed;
});
