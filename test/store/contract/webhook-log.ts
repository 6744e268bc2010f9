import { describe, expect, test } from 'vitest';
import { attemptLeaseMs, endpointEnabled } from '../../../src/domain/webhook-schedule.ts';
import { erased } from './erasure.ts';
import { addTest, all, bad, deliveriesOf, ended, endpoint, ok, settle } from './webhook-world.ts';
import { admit, bob, first, last, live, lives, newId, type OpenDatabase, start } from './world.ts';
export function describeWebhookLog(open: OpenDatabase): void {
  describe('webhooks that were sent', () => {
    test('410 switches an endpoint off: what waits is kept as FAILED, what happens later too, until it is asked for', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      for (let count = 0; count < 6; count += 1) await ended(store, 'canceled');
      const claimed = await store.claimWebhooks(all, start);
      const [gone, sent] = claimed;
      if (gone === undefined || sent === undefined) throw new Error('Nothing was due');
      await settle(store, gone, { ...bad, httpStatus: 410 });
      const off = await store.findWebhookEndpoint(mine.id);
      expect(off).toMatchObject({ enabled: false, disabledReason: expect.stringContaining('410') });
      await ended(store, 'canceled');
      expect((await store.listWebhookDeliveries(mine.id, 'FAILED', first(100))).items).toHaveLength(4);
      // What was under way ends as it ends.
      await settle(store, sent, ok);
      expect((await store.listWebhookDeliveries(mine.id, 'DELIVERED', first(9))).items).toHaveLength(1);
      expect(await store.claimWebhooks(all, start + 9e9)).toEqual([]);

      await store.changeWebhookEndpoint(mine.id, endpointEnabled);
      expect(await store.redeliverWebhooks(mine.id, start + 1, start + attemptLeaseMs)).toBe(0);
      expect(await store.redeliverWebhooks(mine.id, start, start + attemptLeaseMs)).toBe(6);
      expect(await store.claimWebhooks(all, start + attemptLeaseMs)).toHaveLength(4);
    });

    test('one delivery is made due again, with a whole new round, whatever became of it', async () => {
      const { store } = await open();
      await endpoint(store);
      await ended(store, 'canceled');
      const [claimed] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      const { id, messageId } = claimed.delivery;
      expect(await store.redeliverWebhook(id, start)).toMatchObject({ leased: true });
      await settle(store, claimed, ok);
      const renewed = await store.redeliverWebhook(id, start + 5);
      expect(renewed).toMatchObject({ state: 'PENDING', tries: 0, nextAt: start + 5, messageId });
      expect(await store.findWebhookDelivery(id)).toEqual(renewed);
      const [again] = await store.claimWebhooks(all, start + 5);
      expect(again?.delivery).toMatchObject({ id, claims: 2 });
      expect(await store.redeliverWebhook(newId(), start)).toBeNull();
    });

    test('a test is claimed at once, even for an endpoint that is off or has its hands full', async () => {
      const { store } = await open();
      const mine = await endpoint(store, { enabled: false });
      const id = await addTest(store, mine);
      const [claimed, ...others] = await store.claimWebhooks({ slots: 1, failingSlots: 0, testSlots: 1 }, start);
      expect(others).toEqual([]);
      if (claimed === undefined) throw new Error('Nothing was due');
      await settle(store, claimed, bad);
      expect(await store.findWebhookDelivery(id)).toMatchObject({ state: 'FAILED', attempts: [{}] });
      expect(await store.findWebhookEndpoint(mine.id)).toEqual(mine);
      expect(await store.redeliverWebhooks(mine.id, 0, start)).toBe(0);
    });

    test('tests have four places of an endpoint, of their own; those of another are not behind them', async () => {
      const { store } = await open();
      const [mine, other] = [await endpoint(store), await endpoint(store, bob)];
      for (let count = 0; count < 6; count += 1) await ended(store, 'canceled');
      for (let count = 0; count < 10; count += 1) await addTest(store, mine);
      await addTest(store, other);
      const claimed = await store.claimWebhooks({ ...all, slots: 50 }, start);
      const idsOf = (kind: string) =>
        claimed.filter(({ delivery }) => delivery.type === kind).map(({ endpoint: to }) => to.id);
      expect(idsOf('webhook.test').toSorted()).toEqual([...new Array(4).fill(mine.id), other.id].toSorted());
      const [one] = claimed;
      if (one === undefined) throw new Error('Nothing was due');
      await settle(store, one, ok);
      // One that was tested and is tested again waits for its place, too.
      await store.redeliverWebhook(one.delivery.id, start);
      expect(await store.claimWebhooks(all, start)).toHaveLength(1);
      expect(await store.claimWebhooks(all, start)).toEqual([]);
    });

    test('tests take no more slots than they are given, and leave the rest', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      for (let count = 0; count < 3; count += 1) await addTest(store, mine);
      await ended(store, 'canceled');
      const claimed = await store.claimWebhooks({ slots: 3, failingSlots: 0, testSlots: 2 }, start);
      expect(claimed.map(({ delivery }) => delivery.type)).toEqual(['webhook.test', 'webhook.test', 'job.canceled']);
      expect(await store.claimWebhooks({ slots: 3, failingSlots: 0, testSlots: 0 }, start)).toEqual([]);
    });

    test('what waits is counted by what it waits for', async () => {
      const { store } = await open();
      const none = { due: 0, sending: 0, later: 0 };
      expect(await store.countWebhooks('TEST', start)).toEqual(none);
      const mine = await endpoint(store);
      await endpoint(store, { enabled: false });
      for (let count = 0; count < 6; count += 1) await ended(store, 'canceled');
      expect(await store.countWebhooks('TEST', start)).toEqual({ ...none, due: 6 });
      const [one, other] = await store.claimWebhooks(all, start);
      if (one === undefined || other === undefined) throw new Error('Nothing was due');
      await settle(store, one, bad);
      expect(await store.countWebhooks('TEST', start)).toEqual({ due: 2, sending: 3, later: 1 });
      await settle(store, other, { ...bad, httpStatus: 429 });
      expect(await store.countWebhooks('TEST', start)).toEqual({ due: 0, sending: 2, later: 4 });
      // A lease that ran out is due again, and the endpoint takes more by then.
      expect(await store.countWebhooks('TEST', start + 2 * attemptLeaseMs)).toEqual({ ...none, due: 6 });
      expect(await store.countWebhooks('LIVE', start)).toEqual(none);
      await store.deleteWebhookEndpoint(mine.id, start);
      expect(await store.countWebhooks('TEST', start)).toEqual(none);
    });

    test('deliveries are listed newest first, page by page', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      for (let count = 0; count < 5; count += 1) await ended(store, 'canceled');
      const ids = (await deliveriesOf(store, mine)).map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted().toReversed());
      const page = await store.listWebhookDeliveries(mine.id, 'PENDING', first(2, ids[1] ?? ''));
      expect(page).toMatchObject({ items: [{ id: ids[2] }, { id: ids[3] }], hasPrevious: true, hasNext: true });
      const end = await store.listWebhookDeliveries(mine.id, null, last(2));
      expect(end).toMatchObject({ items: [{ id: ids[3] }, { id: ids[4] }], hasNext: false });
      expect((await store.listWebhookDeliveries(mine.id, 'FAILED', first(2))).items).toEqual([]);
    });

    test('the deletion of a job rewrites its bodies and forgets what receivers said; what waits still waits', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      const input = { prompt: 'Annas Sommerfest', aspectRatio: 'SQUARE_1_1', seed: 7, externalId: null } as const;
      const { job } = await admit(store, { input });
      const over = await live(store, job, lives.canceled);
      const [claimed] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      await settle(store, claimed, { ...bad, response: 'No Sommerfest' });
      expect((await deliveriesOf(store, mine))[0]?.payload).toContain('Sommerfest');
      const gone = await erased(store, over);
      const [delivery] = await deliveriesOf(store, mine);
      expect(delivery).toMatchObject({ state: 'PENDING', attempts: [{ httpStatus: 500, response: null }] });
      expect(JSON.stringify(delivery)).not.toContain('Sommerfest');
      expect(JSON.parse(delivery?.payload ?? '')).toMatchObject({
        type: 'job.canceled',
        data: { version: gone.version },
      });
    });

    test('an attempt that was under way when its job was deleted leaves nothing of the answer; the next one does', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      const over = await ended(store, 'canceled');
      const [claimed] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      await erased(store, over);
      expect(await store.countWebhooks('TEST', start)).toEqual({ due: 0, sending: 1, later: 0 });
      expect(await settle(store, claimed, { ...bad, response: 'No Sommerfest' })).not.toBeNull();
      const [failed] = await deliveriesOf(store, mine);
      expect(failed).toMatchObject({ state: 'PENDING', tries: 1, attempts: [{ httpStatus: 500, response: null }] });
      const [again] = await store.claimWebhooks(all, start + 9e6);
      if (again === undefined) throw new Error('Nothing was due');
      await settle(store, again, ok);
      expect((await deliveriesOf(store, mine))[0]?.attempts[1]).toMatchObject({ response: 'thanks' });
    });

    test('what is asked for again while its endpoint is off waits until that is on, or until its time is over', async () => {
      const { store } = await open();
      const mine = await endpoint(store, { enabled: false });
      const on = await endpoint(store, { eventTypes: ['job.canceled'] });
      for (let count = 0; count < 3; count += 1) await ended(store, 'canceled');
      const [one] = await deliveriesOf(store, mine);
      expect(await store.redeliverWebhook(one?.id ?? '', start)).toMatchObject({ state: 'PENDING' });
      expect(await store.redeliverWebhooks(mine.id, start, start)).toBe(3);
      await addTest(store, mine);
      // Those of the other endpoint, and the test, could be sent now.
      expect(await store.countWebhooks('TEST', start)).toEqual({ due: 4, sending: 0, later: 3 });
      const [claimed] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      await settle(store, claimed, ok);
      expect(await store.pruneWebhooks(start, 100)).toBe(0);
      const left = async () =>
        [await deliveriesOf(store, mine), await deliveriesOf(store, on)].map(({ length }) => length);
      expect(await left()).toEqual([4, 3]);
      while ((await store.pruneWebhooks(start + 1e6, 2)) > 0);
      expect(await left()).toEqual([0, 3]);
    });

    test('old deliveries are removed once they ended; those of a deleted endpoint at once', async () => {
      const { store } = await open();
      const [mine, other] = [await endpoint(store), await endpoint(store, { eventTypes: ['job.failed'] })];
      await ended(store, 'canceled');
      await ended(store, 'failed');
      const [one] = await store.claimWebhooks({ slots: 1, failingSlots: 0, testSlots: 0 }, start + 9e6);
      if (one === undefined) throw new Error('Nothing was due');
      await settle(store, one, ok);
      expect(await store.pruneWebhooks(start - 1, 100)).toBe(0);
      expect(await store.pruneWebhooks(start + 9e6, 100)).toBe(1);
      expect(await store.deleteWebhookEndpoint(mine.id, start)).toBe(true);
      expect(await store.deleteWebhookEndpoint(mine.id, start)).toBe(false);
      expect(await store.findWebhookEndpoint(mine.id)).toBeNull();
      await ended(store, 'failed');
      expect(await deliveriesOf(store, other)).not.toEqual([]);
      while ((await store.pruneWebhooks(start + 1, 1)) > 0);
      expect(await deliveriesOf(store, mine)).toEqual([]);
      expect(await deliveriesOf(store, other)).not.toEqual([]);
    });
  });
}
