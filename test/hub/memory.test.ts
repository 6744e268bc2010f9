import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { sharedKeyOf } from '../../src/server/graphql/operation-key.ts';
import { OfferingRequest } from '../../src/server/offered-upgrade.ts';
import { nextFrame } from '../../src/server/websocket/message.ts';
import { openWorld } from './world.ts';

setFlagsFromString('--expose-gc');

const collect: () => void = runInNewContext('gc');

const subscriptions = 100;

const fields = Array.from({ length: 3980 }, () => 'userId').join(' ');

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

it('a subscription of 4,000 tokens keeps its text and not its document', async () => {
  const world = await openWorld();
  const socket = await world.connect();
  const watch = async (from: number) => {
    for (let id = from; id < from + subscriptions; id += 1) {
      const query = `subscription S${id} { accountUpdated { ${fields} } }`;
      socket.send({ type: 'subscribe', id: String(id), payload: { query } });
      expect(await socket.nextOf(String(id))).toMatchObject({ type: 'next' });
    }
  };
  await watch(0);
  const before = heapBytes();
  await watch(subscriptions);
  // A document takes about 800 KB. 2,000 of these subscriptions stay under 120 MB.
  expect((heapBytes() - before) / subscriptions).toBeLessThan(60_000);
}, 240_000);

it('subscriptions with the same document keep one text', async () => {
  const world = await openWorld();
  const socket = await world.connect();
  const query = `subscription { accountUpdated { ${fields} } }`;
  const watch = async (from: number) => {
    for (let id = from; id < from + subscriptions; id += 1) {
      // Each has a group, and a state, of its own.
      socket.send({ type: 'subscribe', id: String(id), payload: { query, variables: { id } } });
      expect(await socket.nextOf(String(id))).toMatchObject({ type: 'next' });
    }
  };
  await watch(0);
  const before = heapBytes();
  await watch(subscriptions);
  expect((heapBytes() - before) / subscriptions).toBeLessThan(query.length / 2);
}, 240_000);

it('an open socket keeps nothing of the request that it began as', async () => {
  const world = await openWorld();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => world.connect()));
  expect(sockets).toHaveLength(10);
  // The parser of a connection may still hold the last request.
  expect(queryObjects(OfferingRequest, { format: 'count' })).toBeLessThan(5);
});

it('a frame that has bytes does not keep its text', () => {
  const before = heapBytes();
  const frames = Array.from({ length: 100 }, (_, place) => nextFrame(JSON.stringify(String(place).repeat(50_000))));
  for (const frame of frames) frame.bytesFor('1');
  // Bytes are outside of the heap.
  expect((heapBytes() - before) / frames.length).toBeLessThan(10_000);
  expect(frames[7]?.bytesFor('2').toString()).toContain('{"id":"2","type":"next","payload":"7777');
});

it('the key of a group does not keep the text of a document', () => {
  const viewer = { userId: 'u', environment: 'TEST', roles: [] } as const;
  const query = `subscription { accountUpdated { ${fields.slice(0, 200)} } }`;
  expect(sharedKeyOf({ viewer, params: { query } })?.length).toBeLessThan(100);
});
