import { expect, test } from 'vitest';
import type { JobEvent } from '../../src/domain/job.ts';
import type { Store } from '../../src/ports.ts';
import { createLoader } from '../../src/read/loader.ts';

/** A reader, and what it asks its store for; a feed is read as it stands then. */
function openLoader() {
  const feeds = new Map<string, JobEvent[]>();
  const asked: string[] = [];
  const readFeed: Store['readFeed'] = async (accountId, after, limit) => {
    asked.push(`${accountId} after ${after}`);
    const events = feeds.get(accountId);
    if (events === undefined) throw new Error('The disk is gone');
    return { events: events.filter(({ feed }) => feed > after).slice(0, limit), head: events.length };
  };
  const store: Pick<Store, 'findJobs' | 'findAccount' | 'readFeed'> = {
    findJobs: async () => [],
    findAccount: async () => null,
    readFeed,
  };
  return { loader: createLoader(store), feeds, asked };
}

const eventOf = (feed: number) => ({ feed }) as JobEvent;

test('followers at one place in a feed share a reading; those elsewhere have their own', async () => {
  const { loader, feeds, asked } = openLoader();
  feeds.set('ada', [1, 2, 3].map(eventOf));
  feeds.set('bob', [1].map(eventOf));
  const read = await Promise.all([
    loader.feed('ada', 1),
    loader.feed('ada', 1),
    loader.feed('ada', 2),
    loader.feed('bob', 1),
  ]);
  expect(read.map((events) => events.map(({ feed }) => feed))).toEqual([[2, 3], [2, 3], [3], []]);
  expect(asked.toSorted()).toEqual(['ada after 1', 'ada after 2', 'bob after 1']);
});

test('a reading shows what was there when the last who shares it asked; whoever asks later has another', async () => {
  const { loader, feeds, asked } = openLoader();
  feeds.set('ada', [1].map(eventOf));
  const first = loader.feed('ada', 0);
  feeds.get('ada')?.push(eventOf(2));
  const second = loader.feed('ada', 0);
  expect(await first).toHaveLength(2);
  expect(await second).toHaveLength(2);
  feeds.get('ada')?.push(eventOf(3));
  expect(await loader.feed('ada', 0)).toHaveLength(3);
  expect(asked).toHaveLength(2);
});

test('a reading that fails fails for all who share it, and is tried again for the next', async () => {
  const { loader, feeds } = openLoader();
  const [one, other] = await Promise.allSettled([loader.feed('ada', 0), loader.feed('ada', 0)]);
  expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
  feeds.set('ada', [1].map(eventOf));
  expect(await loader.feed('ada', 0)).toHaveLength(1);
});
