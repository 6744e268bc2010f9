import { setImmediate } from 'node:timers/promises';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { FeedItem } from '../../src/read/watch.ts';
import type { Engine, Ready } from '../../src/server/graphql/engine.ts';
import { createFeedCache } from '../../src/server/websocket/feed-cache.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { jobEvents(after: String): Int }');

const query = 'subscription ($from: String) { jobEvents(after: $from) }';

/** Frames of feeds, and the items for which an operation was executed; `answer` makes its results. */
function openFrames(answer: (feed: number) => string | Promise<string>) {
  const executed: number[] = [];
  const payloadOf: Engine['payloadOf'] = (_args, event) => {
    const { feed } = event as FeedItem;
    executed.push(feed);
    return answer(feed);
  };
  // Frames need nothing else of an engine.
  const framesOf = createFeedCache({ payloadOf } as Engine);
  const document = parse(query);
  const [operation] = document.definitions;
  const ready = { operation, args: { schema, document } } as unknown as Ready;
  const follow = (userId: string, from: string | null = null) =>
    framesOf(ready, {
      viewer: { userId, environment: 'TEST', roles: [] },
      params: { query, variables: { from } },
    }).of;
  return { executed, follow };
}

const itemOf = (feed: number, kind: 'event' | 'live' = 'event') => ({ kind, feed }) as FeedItem;

const burst = Array.from({ length: 10 }, (_, at) => itemOf(at + 1));

test('subscriptions that take many items in a row share the frame of each, wherever they began', async () => {
  const { executed, follow } = openFrames((feed) => String(feed));
  const [one, other] = [follow('ada'), follow('ada', 'somewhere')];
  const frames = burst.map(one);
  expect(burst.map((item) => other({ ...item }))).toEqual(frames);
  expect(executed).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(one(itemOf(10, 'live'))).not.toBe(frames[9]);
  await follow('bob')(itemOf(1));
  expect(executed.slice(10)).toEqual([10, 1]);
});

test('a frame needs no promise once it has been made, and is made anew in the next turn', async () => {
  const { executed, follow } = openFrames((feed) => Promise.resolve(String(feed)));
  const frameOf = follow('ada');
  const made = frameOf(itemOf(1));
  expect(made).toBeInstanceOf(Promise);
  expect(frameOf(itemOf(1))).toBe(made);
  const frame = await made;
  expect(frameOf(itemOf(1))).toBe(frame);
  await setImmediate();
  await frameOf(itemOf(1));
  expect(executed).toEqual([1, 1]);
});

test('while some frames are being made, those beside them are kept for subscriptions that take both in a row', async () => {
  const makings: (() => void)[] = [];
  const { executed, follow } = openFrames(
    (feed) =>
      new Promise((resolve) => {
        makings[feed] = () => resolve(String(feed));
      }),
  );
  const frameOf = follow('ada');
  const [first, second] = [frameOf(itemOf(1)), frameOf(itemOf(2))];
  makings[2]?.();
  await second;
  await setImmediate();
  makings[1]?.();
  await first;
  expect(frameOf(itemOf(2))).toBe(await second);
  expect(executed).toEqual([1, 2]);
  await setImmediate();
  const anew = frameOf(itemOf(2));
  expect(executed).toEqual([1, 2, 2]);
  makings[2]?.();
  expect(await anew).not.toBe(await second);
});

test('a failed frame is tried again; frames of long ago are not kept', async () => {
  const { executed, follow } = openFrames((feed) =>
    feed === 1 ? Promise.reject(new Error('The disk is gone')) : String(feed),
  );
  const frameOf = follow('ada');
  for (const _time of [1, 2]) await expect(frameOf(itemOf(1))).rejects.toThrow('The disk is gone');
  for (let feed = 2; feed <= 102; feed += 1) await frameOf(itemOf(feed));
  await frameOf(itemOf(102));
  await frameOf(itemOf(2));
  expect(executed.length).toBe(2 + 101 + 1);
});
