import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createFlushQueue } from '../../src/server/websocket/flush-queue.ts';
import { add, bytesOf, emptyBatch } from '../../src/server/websocket/frame-batch.ts';
import { nextFrame } from '../../src/server/websocket/message.ts';

let http: Server;

let send: (bytes: Buffer) => Promise<void>;

let client: WebSocket;

beforeAll(async () => {
  http = createServer();
  const sockets = new WebSocketServer({ server: http });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const connected = once(sockets, 'connection');
  client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const [, request] = await connected;
  send = async (bytes) => void request.socket.write(bytes);
});

afterAll(() => {
  client.terminate();
  http.close();
});

/** The messages that a client reads from bytes: as many as there should be. */
async function messagesIn(bytes: Buffer, count: number): Promise<string[]> {
  const messages: string[] = [];
  const all = new Promise<void>((resolve) => {
    const read = (data: unknown, isBinary: boolean) => {
      expect(isBinary).toBe(false);
      if (messages.push(String(data)) < count) return;
      client.off('message', read);
      resolve();
    };
    client.on('message', read);
  });
  await send(bytes);
  await all;
  return messages;
}

describe('a frame', () => {
  test.each([1, 60, 80, 100, 125, 126, 127, 65_450, 65_500, 65_535, 65_536, 200_000])(
    'of about %i characters is read as it was written, with any id',
    async (length) => {
      for (const id of ['1', 'a "quoted" one', 'é😀', '\ud800', 'x'.repeat(200)]) {
        const payload = JSON.stringify({ data: 'é'.repeat(length) });
        const [message] = await messagesIn(nextFrame(payload).bytesFor(id), 1);
        expect(message).toBe(`{"id":${JSON.stringify(id)},"type":"next","payload":${payload}}`);
      }
    },
  );

  test('is encoded once for all members with the same id', () => {
    const frame = nextFrame('{}');
    const bytes = frame.bytesFor('1');
    expect(frame.bytesFor('1')).toBe(bytes);
    expect(frame.bytesFor('2')).not.toEqual(bytes);
    expect(frame.bytesFor('1')).toEqual(bytes);
  });
});

describe('a batch', () => {
  test('is shared by all sockets that send the same frames under the same ids', async () => {
    const empty = emptyBatch();
    const frames = ['1', '2', '3'].map(nextFrame);
    const batchUnder = (id: string) => frames.reduce((batch, frame) => add(batch, frame, id), empty);
    const batch = batchUnder('a');
    expect(batchUnder('a')).toBe(batch);
    expect(bytesOf(batchUnder('a'))).toBe(bytesOf(batch));
    const payloads = async (bytes: Buffer) =>
      (await messagesIn(bytes, 3)).map((text) => JSON.parse(text)).map(({ id, payload }) => `${id}${payload}`);
    expect(await payloads(bytesOf(batch))).toEqual(['a1', 'a2', 'a3']);
    expect(await payloads(bytesOf(batchUnder('b')))).toEqual(['b1', 'b2', 'b3']);
  });
});

describe('a flush queue', () => {
  test('flushes everything once, in order, and lets others have their turn whenever 4 ms have passed', async () => {
    let now = 0;
    const seen: number[] = [];
    const slices: number[] = [];
    const idle = new Promise<void>((resolve) => {
      const flush = (thing: number) => {
        now += 0.1;
        seen.push(thing);
      };
      const flushes = createFlushQueue(flush, resolve, { monotonic: () => now });
      for (let thing = 0; thing < 200; thing += 1) flushes.schedule(thing);
    });
    expect(seen).toEqual([]);
    const turn = () => {
      slices.push(seen.length);
      if (seen.length < 200) setImmediate(turn);
    };
    setImmediate(turn);
    await idle;
    expect(seen).toEqual(Array.from({ length: 200 }, (_, thing) => thing));
    expect(slices.length).toBeGreaterThan(3);
    for (const [at, slice] of slices.entries()) expect(slice - (slices[at - 1] ?? 0)).toBeLessThanOrEqual(48);
  });
});
