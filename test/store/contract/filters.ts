import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import type { JobFilter } from '../../../src/ports.ts';
import { allPages, anyFilter, bothEnvironments, matches, storedJobs, type Way } from './filter-world.ts';
import { accepted, admit, ana, anyJob, first, last, live, lives, newId, type OpenDatabase, start } from './world.ts';

const way: fc.Arbitrary<Way> = fc.record({ limit: fc.integer({ min: 1, max: 12 }), isForwards: fc.boolean() });

export function describeFilters(open: OpenDatabase): void {
  describe('a filter', () => {
    test('finds what a look at every job finds, page by page, from either end, and counts it', async () => {
      // So small a bound makes many pages short; counts are exact as long as their bound holds all jobs.
      const { store } = await open({ page: 9, count: 200 });
      const jobs = await storedJobs(store);
      const accountIds = [...new Set(jobs.map(({ accountId }) => accountId))];
      await fc.assert(
        fc.asyncProperty(anyFilter, way, fc.nat(), async (filter, how, at) => {
          const accountId = accountIds[at % accountIds.length] ?? '';
          const expected = jobs.filter((job) => job.accountId === accountId && matches(job, filter));
          const found = await allPages((page) => store.listJobs(accountId, filter, page), how);
          expect(found).toEqual(expected.map(({ id }) => id));
          expect(await store.countJobs(accountId, filter)).toBe(expected.length);
        }),
        { numRuns: 60 },
      );
    }, 120_000);

    test('finds the same among the jobs of all users of an environment, and none of the other', async () => {
      const { store } = await open({ page: 9, count: 200 });
      const jobs = await storedJobs(store);
      await fc.assert(
        fc.asyncProperty(anyFilter, way, fc.constantFrom(...bothEnvironments), async (filter, how, environment) => {
          const expected = jobs.filter((job) => job.environment === environment && matches(job, filter));
          const found = await allPages((page) => store.listAllJobs(environment, filter, page), how);
          expect(found).toEqual(expected.map(({ id }) => id));
          expect(await store.countAllJobs(environment, filter)).toBe(expected.length);
        }),
        { numRuns: 60 },
      );
    }, 120_000);

    test('that looks at jobs stops at a bound, says that there may be more, and goes on behind it', async () => {
      const { store } = await open({ page: 3, count: 4 });
      const jobs: Job[] = [];
      for (const prompt of ['needle', 'hay', 'hay', 'hay', 'hay', 'needle', 'hay']) {
        const input = { prompt, aspectRatio: 'SQUARE_1_1', seed: 1, externalId: null } as const;
        jobs.unshift((await admit(store, { input, priceCredits: 0 })).job);
      }
      const accountId = jobs[0]?.accountId ?? '';
      const filter: JobFilter = { ...anyJob, search: 'NEEDLE' };
      const ids = jobs.map(({ id }) => id);
      const one = await store.listJobs(accountId, filter, first(2));
      expect([one.items, one.hasNext, one.endKey]).toEqual([[jobs[1]], true, ids[2]]);
      const two = await store.listJobs(accountId, filter, first(2, ids[2]));
      expect([two.items, two.hasNext, two.hasPrevious, two.endKey]).toEqual([[], true, true, ids[5]]);
      const three = await store.listJobs(accountId, filter, first(2, ids[5]));
      expect([three.items, three.hasNext, three.endKey]).toEqual([[jobs[6]], false, undefined]);
      const back = await store.listJobs(accountId, filter, last(2));
      expect([back.items, back.hasPrevious, back.startKey]).toEqual([[jobs[6]], true, ids[4]]);
      // Only the newest four are looked at.
      expect(await store.countJobs(accountId, filter)).toBe(1);
      expect(await store.countJobs(accountId, { ...filter, search: 'hay' })).toBe(3);
    });

    test('of a period that begins after its end finds nothing', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      const filter = { ...anyJob, createdAfter: start + 1, createdBefore: start };
      expect(await store.listJobs(job.accountId, filter, first(5))).toEqual({
        items: [],
        hasPrevious: false,
        hasNext: false,
      });
      expect(await store.countJobs(job.accountId, filter)).toBe(0);
    });
  });

  describe('findJobByRequest', () => {
    test('returns the newest job of the environment with a request id of the provider', async () => {
      const { store } = await open();
      const { job: older } = await admit(store);
      const { job: newer } = await admit(store);
      const { job: other } = await admit(store, { account: { ...ana, environment: 'LIVE' } });
      for (const job of [newer, older, other]) await live(store, job, lives.queued);
      expect((await store.findJobByRequest('TEST', accepted.requestId))?.id).toBe(newer.id);
      expect((await store.findJobByRequest('LIVE', accepted.requestId))?.id).toBe(other.id);
      expect(await store.findJobByRequest('TEST', newId())).toBeNull();
    });
  });
}
