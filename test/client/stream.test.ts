import { expect, it } from 'vitest';
import { feedNamesOf } from '../../client/src/feed-names.ts';
import { eventsIn } from '../../client/src/stream.ts';

/** The events of a text that arrives in pieces of this many bytes. */
async function eventsOf(text: string, size: number): Promise<readonly (readonly [string, string])[]> {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  const events: (readonly [string, string])[] = [];
  for await (const { name, data } of eventsIn(body, () => undefined)) events.push([name, data]);
  return events;
}

const lines = [
  ':',
  '',
  'event: next',
  'id: 7',
  'data: {"data":',
  'data: "ü 🎬"}',
  '',
  ':',
  '',
  'event:complete',
  'id: over',
  'data',
  '',
  'event: cut',
];

it.each(['\n', '\r\n'])(
  'reads server-sent events with line breaks %j, however the bytes are cut',
  async (lineBreak) => {
    for (const size of [1, 2, 3, 5, 1000]) {
      expect(await eventsOf(lines.join(lineBreak), size)).toEqual([
        ['next', '{"data":\n"ü 🎬"}'],
        ['complete', ''],
      ]);
    }
  },
);

it.each([
  ['subscription { jobEvents { __typename } }', ['jobEvents'], [], 'after'],
  ['subscription ($a: String) { x : jobEvents ( after : $a ) { c: cursor } }', ['x'], ['c'], 'a'],
  [
    'subscription { jobEvents(after: "jobEvents: cursor") { ... on FeedItem { cursor } } }',
    ['jobEvents'],
    ['cursor'],
    'after',
  ],
  ['subscription { jobEvents: accountUpdated { balance } }', [], [], 'after'],
  ['subscription {\n # jobEvents\n jobUpdated(id: """ cursor """) { id } }', [], [], 'after'],
  ['not a document {', [], [], 'after'],
])('finds the names of the feed in %s', (query, fields, cursors, variable) => {
  const names = feedNamesOf(query);
  expect([[...names.fields], [...names.cursors], names.variable]).toEqual([fields, cursors, variable]);
});
