import { describe, expect, test } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import type { JobFilter, Page, Store } from '../../../src/ports.ts';
import { admit, anyJob, bob, canceled, first, last, live, lives, newId, type OpenDatabase } from './world.ts';

/** Jobs in many states, newest first; every second one has an external id. */
async function manyJobs(store: Store): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  const events = [lives.pending, lives.completed, lives.submitting, lives.failed, lives.canceled, lives.completed];
  for (const [index, life] of events.entries()) {
    const externalId = index % 2 === 0 ? 'order-1' : null;
    const input = { prompt: `Boat ${index}`, aspectRatio: 'SQUARE_1_1', seed: index, externalId } as const;
    const { job } = await admit(store, { input });
    jobs.unshift(await live(store, job, life));
  }
  await admit(store, { account: bob });
  return jobs;
}

/** Pages through a list in one direction; returns the pages in the list's order. */
async function pagesOf(
  store: Store,
  { accountId, filter, forwards }: { accountId: string; filter: JobFilter; forwards: boolean },
) {
  const pages: string[][] = [];
  let page: Page<string> = forwards ? first(2) : last(2);
  for (;;) {
    const { items, hasNext, hasPrevious } = await store.listJobs(accountId, filter, page);
    const ids = items.map(({ id }) => id);
    expect(forwards ? hasPrevious : hasNext).toBe(pages.length > 0);
    if (forwards) pages.push(ids);
    else pages.unshift(ids);
    if (!(forwards ? hasNext : hasPrevious)) return pages;
    page = forwards ? first(2, ids.at(-1)) : last(2, ids[0]);
  }
}

const filters: readonly (readonly [string, JobFilter, readonly number[]])[] = [
  ['any job', anyJob, [0, 1, 2, 3, 4, 5]],
  ['one state', { status: ['COMPLETED'], externalId: null }, [0, 4]],
  ['PENDING, with those being sent', { status: ['PENDING'], externalId: null }, [3, 5]],
  ['several states', { status: ['FAILED', 'CANCELED', 'COMPLETED'], externalId: null }, [0, 1, 2, 4]],
  ['an external id', { status: null, externalId: 'order-1' }, [1, 3, 5]],
  ['an external id and states', { status: ['CANCELED', 'COMPLETED'], externalId: 'order-1' }, [1]],
  ['no state', { status: [], externalId: null }, []],
  ['an unknown external id', { status: null, externalId: 'order-2' }, []],
];

export function describeLists(open: OpenDatabase): void {
  describe('listJobs', () => {
    test.each(filters)('returns %s, newest first, page by page, from either end', async (_, filter, expected) => {
      const { store } = await open();
      const jobs = await manyJobs(store);
      const accountId = jobs[0]?.accountId ?? '';
      const ids = expected.map((index) => jobs[index]?.id);
      expect((await store.listJobs(accountId, filter, first(100))).items).toEqual(expected.map((index) => jobs[index]));
      for (const forwards of [true, false]) {
        expect((await pagesOf(store, { accountId, filter, forwards })).flat()).toEqual(ids);
      }
      expect(await store.countJobs(accountId, filter)).toBe(expected.length);
    });

    test('reports whether there is more on each side of a page, also of an empty one', async () => {
      const { store } = await open();
      const jobs = await manyJobs(store);
      const [newest, second, third] = jobs.map(({ id }) => id);
      const oldest = jobs.at(-1)?.id ?? '';
      const poll = async (page: Page<string>) => {
        const { items, hasPrevious, hasNext } = await store.listJobs(jobs[0]?.accountId ?? '', anyJob, page);
        return [items.length, hasPrevious, hasNext];
      };
      expect(await poll(first(100))).toEqual([6, false, false]);
      expect(await poll(first(1, newest))).toEqual([1, true, true]);
      expect(await poll(first(2, newest, third))).toEqual([1, true, true]);
      expect(await poll(last(5, null, newest))).toEqual([5, true, false]);
      expect(await poll(last(1, second))).toEqual([1, false, true]);
      expect(await poll(first(5, oldest))).toEqual([0, true, false]);
      expect(await poll(last(5, newest))).toEqual([0, false, true]);
      expect(await poll(first(0))).toEqual([0, false, true]);
      expect(await poll(first(0, newest))).toEqual([0, true, true]);
      expect(await poll(last(0))).toEqual([0, true, false]);
      expect(await poll(first(5, 'zzz'))).toEqual([5, false, true]);
    });

    test('is empty for an account without jobs', async () => {
      const { store } = await open();
      expect(await store.listJobs(newId(), anyJob, first(5))).toEqual({
        items: [],
        hasPrevious: false,
        hasNext: false,
      });
      expect(await store.countJobs(newId(), anyJob)).toBe(0);
    });
  });

  test('findJobs returns jobs in the order of the ids, without missing ones', async () => {
    const { store } = await open();
    const { job: one } = await admit(store);
    const { job: other } = await admit(store);
    expect(await store.findJobs([other.id, newId(), one.id])).toEqual([other, one]);
    expect(await store.findJob(newId())).toBeNull();
  });

  test('listEvents returns a history oldest first, from either end', async () => {
    const { store } = await open();
    const { job } = await admit(store);
    await live(store, job, lives.failed);
    const poll = async (page: Page<number>) => {
      const { items, hasPrevious, hasNext } = await store.listEvents(job.id, page);
      return [items.map(({ version }) => version), hasPrevious, hasNext];
    };
    expect(await poll(first(2))).toEqual([[1, 2], false, true]);
    expect(await poll(first(10, 2))).toEqual([[3, 4, 5], true, false]);
    expect(await poll(last(2))).toEqual([[4, 5], true, false]);
    expect(await poll(last(2, 3))).toEqual([[1, 2], false, true]);
    expect(await poll(first(10, 9))).toEqual([[], true, false]);
  });

  describe('a feed', () => {
    test('is read from a number on, in the order of commits, for one account only', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await admit(store, { account: bob });
      await live(store, job, [canceled]);
      const { events, head } = await store.readFeed(job.accountId, 0, 1);
      expect([events.map(({ feed }) => feed), head]).toEqual([[1], 2]);
      const rest = await store.readFeed(job.accountId, 1, 5);
      expect(rest.events).toMatchObject([{ feed: 2, jobId: job.id, status: 'CANCELED' }]);
      expect(await store.readFeed(job.accountId, 2, 5)).toEqual({ events: [], head: 2 });
    });

    test('of an account that does not exist is empty', async () => {
      const { store } = await open();
      expect(await store.readFeed(newId(), 0, 5)).toEqual({ events: [], head: 0 });
    });
  });
}
