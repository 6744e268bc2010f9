import { describe, expect, test } from 'vitest';
import { erase } from '../../../src/domain/erasure.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Store } from '../../../src/ports.ts';
import { entryOf } from './audit.ts';
import { admit, ana, bob, canceled, first, live, lives, type OpenDatabase, start } from './world.ts';

async function openOrder(store: Store) {
  const [order] = await store.openErasures(10);
  if (order === undefined) throw new Error('No order is open');
  return order;
}

export function describeErasureOrders(open: OpenDatabase): void {
  describe('orders to erase users', () => {
    test('cover the jobs of one user in one environment, and answer again with the same counts', async () => {
      const { store } = await open();
      const { job: ended } = await admit(store);
      await live(store, ended, lives.completed);
      const { job: running } = await admit(store);
      await live(store, (await admit(store, { account: bob })).job, lives.completed);
      await admit(store, { account: { ...ana, environment: 'LIVE' } });
      const entry = entryOf({ action: 'user.erase' });
      expect(await store.orderErasure(ana, start, entry)).toEqual({ jobs: 2, videos: 1 });
      expect(await store.orderErasure(ana, start)).toEqual({ jobs: 2, videos: 1 });
      expect((await store.listAudit('TEST', first(10))).items).toEqual([entry]);
      const order = await openOrder(store);
      expect(order).toMatchObject({ owner: 'ana', environment: 'TEST', position: 0, lastNumber: 2 });
      const covered = await store.readErasure(order, 10);
      expect(covered.map(({ number, job }) => [number, job.id])).toEqual([
        [1, ended.id],
        [2, running.id],
      ]);
      // What the order did and what happened since changes no count; a new job is not covered, but by the next order.
      const change = erase(covered[0]?.job ?? ended, start);
      if (change !== null) await store.commit(change, start);
      await live(store, running, lives.completed);
      expect(await store.orderErasure(ana, start)).toEqual({ jobs: 2, videos: 1 });
      await admit(store);
      expect(await store.readErasure(await openOrder(store), 10)).toHaveLength(2);
      expect(await store.orderErasure(ana, start)).toEqual({ jobs: 3, videos: 2 });
    });

    test('are open until each covered job was read, and again when one of them ends', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await store.orderErasure(ana, start);
      const order = await openOrder(store);
      expect(await store.advanceErasure(order, 1)).toBe(true);
      expect(await store.openErasures(10)).toEqual([]);
      expect(await store.advanceErasure(order, 1)).toBe(false);
      await live(store, job, [canceled]);
      expect(await openOrder(store)).toMatchObject({ position: 0, reopened: 1 });
      // A job that was stored later reopens nothing.
      expect(await store.advanceErasure(await openOrder(store), 1)).toBe(true);
      const later = await admit(store, { createdAt: start + 1 });
      await live(store, later.job, [canceled], start + 2);
      expect(await store.openErasures(10)).toEqual([]);
    });

    test('go back to the job that ended, not to the first', async () => {
      const { store } = await open();
      const jobs: Job[] = [];
      for (let made = 0; made < 5; made += 1) jobs.push((await admit(store)).job);
      const [, , third, fourth] = jobs;
      if (third === undefined || fourth === undefined) throw new Error('Five jobs were stored');
      await store.orderErasure(ana, start);
      expect(await store.advanceErasure(await openOrder(store), 3)).toBe(true);
      // It will be read anyway.
      await live(store, fourth, [canceled]);
      expect(await openOrder(store)).toMatchObject({ position: 3, reopened: 1 });
      await live(store, third, [canceled]);
      const order = await openOrder(store);
      expect(order).toMatchObject({ position: 2, reopened: 2 });
      expect((await store.readErasure(order, 10)).map(({ number }) => number)).toEqual([3, 4, 5]);
    });

    test('are not advanced past a job that ended after they were read', async () => {
      const { store } = await open();
      const { job } = await admit(store);
      await store.orderErasure(ana, start);
      const read = await openOrder(store);
      await live(store, job, [canceled]);
      expect(await store.advanceErasure(read, 1)).toBe(false);
      expect(await openOrder(store)).toMatchObject({ position: 0 });
    });

    test('of a user without jobs are none', async () => {
      const { store } = await open();
      await store.arrive(ana, 0, start);
      expect(await store.orderErasure(ana, start)).toEqual({ jobs: 0, videos: 0 });
      expect(await store.orderErasure(bob, start)).toEqual({ jobs: 0, videos: 0 });
      expect(await store.openErasures(10)).toEqual([]);
    });
  });
}
