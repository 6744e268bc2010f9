import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
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
