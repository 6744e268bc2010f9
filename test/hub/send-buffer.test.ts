import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Frame } from '../../src/server/websocket/frame.ts';
import { completeFrame, nextFrame } from '../../src/server/websocket/message.ts';
import {
  createSendBuffer,
  createSendQueue,
  drained,
  drop,
  end,
  type SendBuffer,
  send,
  sendLatest,
  unsentOf,
} from '../../src/server/websocket/send-buffer.ts';
import type { Loose } from '../world/gateway.ts';

const fullAtBytes = 64 * 1024;

/** More payloads of 20 KB than a kernel's buffers take. */
const enough = 2000;

const performanceClock = { monotonic: () => performance.now() };

/** A numbered result of so many characters. */
function resultOf(number: number, length = 20_000): Frame {
  return nextFrame(JSON.stringify({ data: { number, text: 'x'.repeat(length) } }));
}

/** Both ends of a real socket. `read` lists what the client has read: `a 7`, `a complete`. */
async function openPair(): Promise<{ buffer: SendBuffer; client: WebSocket; read: string[] }> {
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
  return { buffer: createSendBuffer(socket, request.socket, createSendQueue(performanceClock)), client, read };
}

/** Sends states under an id until the send buffer is full, and so many more. */
function flood(buffer: SendBuffer, id: string, more: number): { sent: number; last: number; mostBuffered: number } {
  let [sent, last, mostBuffered] = [0, 0, 0];
  for (let left = more; left > 0; left -= buffer.isFull ? 1 : 0) {
    if (last > enough + more) throw new Error('The kernel takes everything.');
    if (!buffer.isFull) sent += 1;
    last += 1;
    sendLatest(buffer, id, resultOf(last));
    mostBuffered = Math.max(mostBuffered, buffer.socket.bufferedAmount);
  }
  return { sent, last, mostBuffered };
}

describe('a send buffer whose client does not read', () => {
  test('is bounded: only the newest pending state of each subscription is kept', async () => {
    const { buffer, client, read } = await openPair();
    client.pause();
    const { sent, last, mostBuffered } = flood(buffer, 'a', 3000);
    expect(mostBuffered).toBeLessThan(fullAtBytes + 25_000);
    expect(unsentOf(buffer)).toBeLessThan(fullAtBytes + 50_000);
    client.resume();
    await expect.poll(() => read.at(-1)).toBe(`a ${last}`);
    // All that had been sent before, in order, then the newest.
    expect(read).toEqual([...Array.from({ length: sent }, (_, index) => `a ${index + 1}`), `a ${last}`]);
    expect(unsentOf(buffer)).toBe(0);
  });

  test('keeps the last state and the end, and sends ids in the order in which they began to wait', async () => {
    const { buffer, client, read } = await openPair();
    client.pause();
    const { last } = flood(buffer, 'a', 10);
    const ended: string[] = [];
    for (const id of ['b', 'c', 'd']) for (const number of [1, 2, 3]) sendLatest(buffer, id, resultOf(number));
    for (const id of ['c', 'a']) end(buffer, id, completeFrame(), () => void ended.push(id));
    expect(ended).toEqual([]);
    drop(buffer, 'd');
    client.resume();
    await expect.poll(() => read.at(-1)).toBe('c complete');
    expect(read.slice(-5)).toEqual([`a ${last}`, 'a complete', 'b 3', 'c 3', 'c complete']);
    expect(ended).toEqual(['a', 'c']);
    expect(unsentOf(buffer)).toBe(0);
  });

  test('counts pending states as unsent, so that a client with many of them is found slow', async () => {
    const { buffer, client } = await openPair();
    client.pause();
    flood(buffer, 'a', 1);
    for (let id = 0; id < 100; id += 1) sendLatest(buffer, `${id}`, resultOf(id));
    expect(unsentOf(buffer)).toBeGreaterThan(100 * 20_000);
    expect(buffer.socket.bufferedAmount).toBeLessThan(fullAtBytes + 25_000);
    for (let id = 0; id < 100; id += 1) drop(buffer, `${id}`);
    expect(unsentOf(buffer)).toBeLessThan(fullAtBytes + 50_000);
  });

  test('resumes senders that wait for it to drain once the client reads', async () => {
    const { buffer, client, read } = await openPair();
    client.pause();
    const { last } = flood(buffer, 'a', 2);
    let sent = false;
    send(buffer, completeFrame(), 'q');
    const sending = drained(buffer).then(() => {
      sent = true;
    });
    send(buffer, completeFrame(), 'p');
    await new Promise((resolve) => void setImmediate(resolve));
    expect(sent).toBe(false);
    client.resume();
    await sending;
    await expect.poll(() => read.slice(-3)).toEqual(['q complete', 'p complete', `a ${last}`]);
  });

  test('resumes waiting senders and keeps nothing more when the client disconnects', async () => {
    const { buffer, client } = await openPair();
    client.pause();
    flood(buffer, 'a', 1);
    send(buffer, completeFrame(), 'q');
    const sending = drained(buffer);
    const closed = once(buffer.socket, 'close');
    client.terminate();
    await closed;
    await sending;
    const before = unsentOf(buffer);
    sendLatest(buffer, 'b', resultOf(0));
    expect(unsentOf(buffer)).toBe(before);
  });
});

describe('a send buffer whose client reads', () => {
  test('sends every state', async () => {
    const { buffer, read } = await openPair();
    for (let number = 1; number <= 100; number += 1) {
      sendLatest(buffer, 'a', resultOf(number, 10));
      sendLatest(buffer, 'b', resultOf(number, 10));
    }
    end(buffer, 'a', completeFrame(), () => undefined);
    await expect.poll(() => read.at(-1)).toBe('a complete');
    expect(read).toHaveLength(201);
    expect(buffer.isFull).toBe(false);
  });
});
