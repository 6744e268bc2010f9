import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Job, JobEvent } from '../../src/domain/job.ts';
import type { Store } from '../../src/ports.ts';
import { createLoader } from '../../src/read/loader.ts';

/** A loader, and the reads that its store gets; a feed returns its rows at the time of the read. */
function openLoader() {
  const feeds = new Map<string, JobEvent[]>();
  const reads: string[] = [];
  const readFeed: Store['readFeed'] = async (accountId, after, limit) => {
    reads.push(`${accountId} after ${after}`);
    const events = feeds.get(accountId);
    if (events === undefined) throw new Error('The disk is gone');
    return { events: events.filter(({ feed }) => feed > after).slice(0, limit), head: events.length };
  };
  const store: Pick<Store, 'findJobs' | 'findAccount' | 'readFeed'> = {
    findJobs: async () => [],
    findAccount: async () => null,
    readFeed,
  };
  return { loader: createLoader(store), store, feeds, reads };
}

const eventOf = (feed: number) => ({ feed }) as JobEvent;

test('followers at the same place in a feed share a read; those elsewhere have their own', async () => {
  const { loader, feeds, reads } = openLoader();
  feeds.set('ada', [1, 2, 3].map(eventOf));
  feeds.set('bob', [1].map(eventOf));
  const read = await Promise.all([
    loader.feed('ada', 1),
    loader.feed('ada', 1),
    loader.feed('ada', 2),
    loader.feed('bob', 1),
  ]);
  expect(read.map(({ events }) => events.map(({ feed }) => feed))).toEqual([[2, 3], [2, 3], [3], []]);
  expect(reads.toSorted()).toEqual(['ada after 1', 'ada after 2', 'bob after 1']);
});

test('a shared read starts after the last caller that shares it; a later caller gets another read', async () => {
  const { loader, feeds, reads } = openLoader();
  feeds.set('ada', [1].map(eventOf));
  const first = loader.feed('ada', 0);
  feeds.get('ada')?.push(eventOf(2));
  const second = loader.feed('ada', 0);
  expect((await first).events).toHaveLength(2);
  expect((await second).events).toHaveLength(2);
  feeds.get('ada')?.push(eventOf(3));
  expect((await loader.feed('ada', 0)).events).toHaveLength(3);
  expect(reads).toHaveLength(2);
});

test('a read that fails rejects for all who share it, and is tried again for the next caller', async () => {
  const { loader, feeds } = openLoader();
  const [one, other] = await Promise.allSettled([loader.feed('ada', 0), loader.feed('ada', 0)]);
  expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
  feeds.set('ada', [1].map(eventOf));
  expect((await loader.feed('ada', 0)).events).toHaveLength(1);
});

test('a flood of jobs is read in portions, one in each turn; a late caller shares the read that has not begun', async () => {
  const portions: (readonly string[])[] = [];
  const findJobs: Store['findJobs'] = async (ids) => {
    portions.push(ids);
    return ids.map((id) => ({ id }) as Job);
  };
  const { job } = createLoader({ ...openLoader().store, findJobs });
  const ids = Array.from({ length: 300 }, (_, nth) => `job ${nth}`);
  const reads = ids.map(job);
  await Promise.all(reads.slice(0, 64));
  expect(portions.map(({ length }) => length)).toEqual([64]);
  const late = [job('job 299'), job('late')];
  await nextTurn();
  expect(portions.map(({ length }) => length)).toEqual([64, 64]);
  const found = await Promise.all([...reads, ...late]);
  expect(found.map((each) => each?.id)).toEqual([...ids, 'job 299', 'late']);
  expect(portions.map(({ length }) => length)).toEqual([64, 64, 64, 64, 45]);
});

test('a flood of feeds is read in portions, in the order of their calls', async () => {
  const { loader, feeds, reads } = openLoader();
  const names = Array.from({ length: 20 }, (_, nth) => `user ${nth}`);
  for (const name of names) feeds.set(name, [eventOf(1)]);
  const all = Promise.all(names.map((name) => loader.feed(name, 0)));
  await nextTurn();
  expect(reads.length).toBeLessThan(20);
  expect((await all).flatMap(({ events }) => events)).toHaveLength(20);
  expect(reads).toEqual(names.map((name) => `${name} after 0`));
});
