import { expect, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import type { JobEvent } from '../../src/domain/job.ts';
import { accountTopic, type Store } from '../../src/ports.ts';
import { feedBatch } from '../../src/read/loader.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch, type FeedItem, type FeedStart } from '../../src/read/watch.ts';
import { silent } from '../server/signing.ts';
import { createManualClock } from '../world/clock.ts';

const day = 24 * 60 * 60_000;

/** A feed of events 1 to `head`, of which those before `oldest` are gone, and what its store was asked. */
function openFeed(head: number, { oldest = 1, ageMs = 0 } = {}) {
  const clock = createManualClock();
  const occurredAt = clock.now() - ageMs;
  const events = Array.from({ length: head }, (_, at) => ({ feed: at + 1, occurredAt }) as JobEvent);
  const reads: string[] = [];
  const readFeed: Store['readFeed'] = async (_, after, limit) => {
    reads.push(`${after} ${limit}`);
    const kept = events.filter(({ feed }) => feed >= oldest && feed > after);
    return { events: kept.slice(0, limit), head: events.length };
  };
  // A feed calls no other method of a store.
  const store = { readFeed } as Store;
  const bell = createLocalBell();
  const watch = createWatch({ store, views: createViews({ bell, clock, log: silent }), clock });

  /** The items until the feed is live, and what they took. */
  async function follow(start: FeedStart) {
    const view = watch.feed('ada', start);
    const items: FeedItem[] = [];
    while (items.at(-1)?.kind !== 'live') items.push((await view.next()).value);
    return { items: items.map(({ kind, feed }) => `${kind} ${feed}`), reads: reads.splice(0), view };
  }

  function append(feed: number): void {
    events.push({ feed, occurredAt } as JobEvent);
    bell.ring([accountTopic('ada')]);
  }
  return { follow, append };
}

test('one read resumes a feed: it has the cursor and what follows it', async () => {
  const { follow } = openFeed(4);
  expect(await follow(2)).toMatchObject({ items: ['event 3', 'event 4', 'live 4'], reads: ['1 101'] });
  expect(await follow(4)).toMatchObject({ items: ['live 4'], reads: ['3 101'] });
  expect(await follow(0)).toMatchObject({ items: ['event 1', 'event 2', 'event 3', 'event 4', 'live 4'] });
  expect((await openFeed(0).follow(0)).items).toEqual(['live 0']);
});

test('one read begins a feed that is followed from now on, and what comes later is shown', async () => {
  const { follow, append } = openFeed(2);
  const { items, reads, view } = await follow('now');
  expect([items, reads.length]).toEqual([['live 2'], 1]);
  append(3);
  expect((await view.next()).value).toMatchObject({ kind: 'event', feed: 3 });
});

test.each<[string, FeedStart, Parameters<typeof openFeed>]>([
  ['is unknown', 'unknown', [3]],
  ['is later than the feed', 4, [3]],
  ['is negative', -1, [3]],
  ['is of an event that is gone', 1, [3, { oldest: 2 }]],
  ['is 0, where the first event is gone', 0, [3, { oldest: 2 }]],
  ['is of an event of eight days ago', 2, [3, { ageMs: 8 * day }]],
])('a cursor that %s resets the feed', async (_, start, given) => {
  expect((await openFeed(...given).follow(start)).items).toEqual(['reset 3', 'live 3']);
});

test.each([0, 1, 5])('a long feed comes in batches, after cursor %i', async (start) => {
  const head = 2 * feedBatch + 8;
  const { items, reads } = await openFeed(head).follow(start);
  const missed = Array.from({ length: head - start }, (_, at) => `event ${start + at + 1}`);
  expect(items).toEqual([...missed, `live ${head}`]);
  expect(reads).toHaveLength(3);
});
