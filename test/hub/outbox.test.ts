import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Frame } from '../../src/server/websocket/frame.ts';
import { completeFrame, nextFrame } from '../../src/server/websocket/message.ts';
import {
  createOffice,
  createOutbox,
  drop,
  end,
  type Outbox,
  post,
  room,
  show,
  unsentOf,
} from '../../src/server/websocket/send-buffer.ts';
import type { Loose } from '../world/gateway.ts';

const fullAtBytes = 64 * 1024;

/** As much as a kernel's buffers may take on this machine, with room to spare, in payloads of 20 KB. */
const enough = 2000;

const performanceClock = { monotonic: () => performance.now() };

/** A result of so many characters that says which it is. */
function resultOf(number: number, length = 20_000): Frame {
  return nextFrame(JSON.stringify({ data: { number, text: 'x'.repeat(length) } }));
}

/** Both ends of a real socket; what the client reads is told as `id number`, or `id complete`. */
async function openPair(): Promise<{ outbox: Outbox; client: WebSocket; read: string[] }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  const connected = once(server, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, 'open');
  const [socket, request] = await connected;
  onTestFinished(async () => {
    client.terminate();
    server.close();
    await once(server, 'close');
  });
  const read: string[] = [];
  client.on('message', (text) => {
    const { id, type, payload }: Loose = JSON.parse(String(text));
    read.push(`${id} ${payload?.data.number ?? type}`);
  });
  return { outbox: createOutbox(socket, request.socket, createOffice(performanceClock)), client, read };
}

/** Shows states under an id until the socket's buffer is full, and so many more. */
function flood(outbox: Outbox, id: string, more: number): { sent: number; last: number; mostBuffered: number } {
  let [sent, last, mostBuffered] = [0, 0, 0];
  for (let left = more; left > 0; left -= outbox.isFull ? 1 : 0) {
    if (last > enough + more) throw new Error('The kernel takes everything.');
    if (!outbox.isFull) sent += 1;
    last += 1;
    show(outbox, id, resultOf(last));
    mostBuffered = Math.max(mostBuffered, outbox.socket.bufferedAmount);
  }
  return { sent, last, mostBuffered };
}

describe('what goes out to a client that does not read', () => {
  test('is bounded: of each subscription only the newest state waits', async () => {
    const { outbox, client, read } = await openPair();
    client.pause();
    const { sent, last, mostBuffered } = flood(outbox, 'a', 3000);
    expect(mostBuffered).toBeLessThan(fullAtBytes + 25_000);
    expect(unsentOf(outbox)).toBeLessThan(fullAtBytes + 50_000);
    client.resume();
    await expect.poll(() => read.at(-1)).toBe(`a ${last}`);
    // What had been sent before, in order, and then the newest.
    expect(read).toEqual([...Array.from({ length: sent }, (_, index) => `a ${index + 1}`), `a ${last}`]);
    expect(unsentOf(outbox)).toBe(0);
  });

  test('keeps the last state and the end, and goes out in the order in which it began to wait', async () => {
    const { outbox, client, read } = await openPair();
    client.pause();
    const { last } = flood(outbox, 'a', 10);
    const ended: string[] = [];
    for (const id of ['b', 'c', 'd']) for (const number of [1, 2, 3]) show(outbox, id, resultOf(number));
    for (const id of ['c', 'a']) end(outbox, id, completeFrame(), () => void ended.push(id));
    expect(ended).toEqual([]);
    drop(outbox, 'd');
    client.resume();
    await expect.poll(() => read.at(-1)).toBe('c complete');
    expect(read.slice(-5)).toEqual([`a ${last}`, 'a complete', 'b 3', 'c 3', 'c complete']);
    expect(ended).toEqual(['a', 'c']);
    expect(unsentOf(outbox)).toBe(0);
  });

  test('counts what waits, so that a client with much of it is seen to be slow', async () => {
    const { outbox, client } = await openPair();
    client.pause();
    flood(outbox, 'a', 1);
    for (let id = 0; id < 100; id += 1) show(outbox, `${id}`, resultOf(id));
    expect(unsentOf(outbox)).toBeGreaterThan(100 * 20_000);
    expect(outbox.socket.bufferedAmount).toBeLessThan(fullAtBytes + 25_000);
    for (let id = 0; id < 100; id += 1) drop(outbox, `${id}`);
    expect(unsentOf(outbox)).toBeLessThan(fullAtBytes + 50_000);
  });

  test('lets whoever waits for their turn go on once it has been read', async () => {
    const { outbox, client, read } = await openPair();
    client.pause();
    const { last } = flood(outbox, 'a', 2);
    let sent = false;
    post(outbox, completeFrame(), 'q');
    const sending = room(outbox).then(() => {
      sent = true;
    });
    post(outbox, completeFrame(), 'p');
    await new Promise((resolve) => void setImmediate(resolve));
    expect(sent).toBe(false);
    client.resume();
    await sending;
    await expect.poll(() => read.slice(-3)).toEqual(['q complete', 'p complete', `a ${last}`]);
  });

  test('is forgotten when the client goes', async () => {
    const { outbox, client } = await openPair();
    client.pause();
    flood(outbox, 'a', 1);
    post(outbox, completeFrame(), 'q');
    const sending = room(outbox);
    const closed = once(outbox.socket, 'close');
    client.terminate();
    await closed;
    await sending;
    const before = unsentOf(outbox);
    show(outbox, 'b', resultOf(0));
    expect(unsentOf(outbox)).toBe(before);
  });
});

describe('what goes out to a client that reads', () => {
  test('goes out as it comes, each state of it', async () => {
    const { outbox, read } = await openPair();
    for (let number = 1; number <= 100; number += 1) {
      show(outbox, 'a', resultOf(number, 10));
      show(outbox, 'b', resultOf(number, 10));
    }
    end(outbox, 'a', completeFrame(), () => undefined);
    await expect.poll(() => read.at(-1)).toBe('a complete');
    expect(read).toHaveLength(201);
    expect(outbox.isFull).toBe(false);
  });
});
