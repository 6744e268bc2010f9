import { describe, expect, test } from 'vitest';
import { copyStored } from '../../../src/domain/copy.ts';
import type { Job } from '../../../src/domain/job.ts';
import { advance, dueEventOf } from '../../../src/domain/life.ts';
import { attemptLeaseMs, secretRotated, type WebhookPair } from '../../../src/domain/webhook-schedule.ts';
import { facts, waiting } from './copies.ts';
import { all, bad, deliveriesOf, ended, endpoint, endpointOf, ok, settle } from './webhook-world.ts';
import { admit, ana, bob, circumstances, live, lives, newId, type OpenDatabase, start } from './world.ts';
export function describeWebhooks(open: OpenDatabase): void {
  describe('webhooks', () => {
    test('an endpoint is found, listed and changed as it was given', async () => {
      const { store } = await open();
      const mine = await endpoint(store, { description: 'Mine' });
      const other = await endpoint(store, bob);
      expect(await store.findWebhookEndpoint(mine.id)).toEqual(mine);
      expect(await store.listWebhookEndpoints('TEST', 'ana', 20)).toEqual([mine]);
      expect(await store.listWebhookEndpoints('TEST', null, 20)).toEqual([other, mine]);
      expect(await store.listWebhookEndpoints('LIVE', null, 20)).toEqual([]);
      const rotated = secretRotated({ ...mine, url: 'https://b.example/' }, new Uint8Array([9]), start);
      expect(await store.changeWebhookEndpoint(mine.id, () => rotated)).toEqual(rotated);
      expect(await store.findWebhookEndpoint(mine.id)).toEqual(rotated);
      expect(await store.changeWebhookEndpoint(newId(), (known) => known)).toBeNull();
    });

    test('a user has no more endpoints than allowed, however many are created at once', async () => {
      const { store } = await open();
      await store.arrive(ana, 1000, start);
      const created = await Promise.all([1, 2, 3, 4].map(() => store.createWebhookEndpoint(endpointOf(), 3)));
      expect(created.filter((isCreated) => isCreated)).toHaveLength(3);
      expect(await store.listWebhookEndpoints('TEST', 'ana', 20)).toHaveLength(3);
    });

    test.each([
      ['completed', 'job.completed'],
      ['failed', 'job.failed'],
      ['canceled', 'job.canceled'],
      ['unconfirmed', 'job.failed'],
    ] as const)('the end of a %s job is told in the transaction of its event', async (life, type) => {
      const { store } = await open();
      const mine = await endpoint(store);
      await endpoint(store, bob);
      const job = await ended(store, life);
      const [delivery, ...others] = await deliveriesOf(store, mine);
      expect(others).toEqual([]);
      expect(delivery).toMatchObject({
        type,
        jobId: job.id,
        state: 'PENDING',
        attempts: [],
        nextAt: delivery?.createdAt,
      });
      expect(JSON.parse(delivery?.payload ?? '')).toMatchObject({ type, data: { id: job.id, version: job.version } });
      expect(delivery?.messageId).toMatch(/^msg_[0-9a-f]{32}$/);
    });

    test('the end that a claim or a start brings is told in its transaction, too', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      const order = { environment: 'TEST', submits: 0, polls: 9, endings: 9 } as const;
      const { job: waiting } = await admit(store);
      const { job } = await admit(store);
      const sent = await live(store, job, lives.submitting);
      const end = (now: number) => (each: Job) => advance(each, dueEventOf(each, now), circumstances(now));
      // A start of the program ends what was being sent on SQLite; on PostgreSQL, whose other nodes run on, the lease does.
      const recovered = await store.recover(start, 7000, end(sent.pollAt ?? 0));
      const over = await store.claimDue(order, waiting.deadlineAt, end(waiting.deadlineAt));
      const ends = [...recovered, ...over].map(({ to }) => to);
      expect(ends.map(({ id }) => id).toSorted()).toEqual([waiting.id, sent.id].toSorted());
      const deliveries = await deliveriesOf(store, mine);
      expect(deliveries.map(({ jobId, type }) => [jobId, type]).toSorted()).toEqual(
        ends.map(({ id }) => [id, 'job.failed']).toSorted(),
      );
      for (const { jobId, payload } of deliveries)
        expect(JSON.parse(payload).data.version).toBe(ends.find(({ id }) => id === jobId)?.version);
    });

    test('a late video and a stored video are told, too', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      await ended(store, 'late');
      const job = await waiting(store);
      expect(await store.commitCopy(job, copyStored(job, facts, start))).toBe(true);
      const types = (await deliveriesOf(store, mine)).map(({ type }) => type);
      expect(types).toEqual(['video.stored', 'job.completed', 'job.late_video', 'job.failed']);
    });

    test('an endpoint of an admin is told of all users of its environment, under the same message id', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      const operators = await endpoint(store, { owner: 'op', allUsers: true, eventTypes: ['job.canceled'] });
      const live = await endpoint(store, { owner: 'op', allUsers: true, environment: 'LIVE' });
      await ended(store, 'canceled');
      await ended(store, 'canceled', bob);
      await ended(store, 'failed', bob);
      expect(await deliveriesOf(store, live)).toEqual([]);
      const [, shared] = await deliveriesOf(store, operators);
      expect(await deliveriesOf(store, operators)).toHaveLength(2);
      expect((await deliveriesOf(store, mine))[0]?.messageId).toBe(shared?.messageId);
    });

    test('a claim leases due deliveries, four of an endpoint at once; a lease that ran out is claimed again', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      for (let count = 0; count < 6; count += 1) await ended(store, 'canceled');
      const claims = await Promise.all([store.claimWebhooks(all, start), store.claimWebhooks(all, start)]);
      expect(claims.flat()).toHaveLength(4);
      expect(new Set(claims.flat().map(({ delivery }) => delivery.id)).size).toBe(4);
      expect(claims.flat()[0]).toMatchObject({ endpoint: mine, delivery: { claims: 1, leased: true } });
      expect(await store.claimWebhooks(all, start)).toEqual([]);
      const [one] = claims.flat();
      if (one === undefined) throw new Error('Nothing was due');
      expect(await settle(store, one, ok)).not.toBeNull();
      expect(await store.claimWebhooks(all, start)).toHaveLength(1);
      expect(await store.claimWebhooks(all, start + attemptLeaseMs)).toHaveLength(4);
      expect(await store.claimWebhooks({ slots: 0, failingSlots: 0, testSlots: 0 }, start + 9e9)).toEqual([]);
    });

    test('endpoints take turns, and those whose last attempt failed come last and share their own slots', async () => {
      const { store } = await open();
      const failing = await endpoint(store, { faults: 1, failingSince: start });
      const [one, two] = [await endpoint(store), await endpoint(store)];
      for (let count = 0; count < 9; count += 1) await ended(store, 'canceled');
      const order = { ...all, slots: 8, failingSlots: 2 };
      const idsOf = (pairs: readonly WebhookPair[]) => pairs.map((pair) => pair.endpoint.id);
      expect(idsOf(await store.claimWebhooks({ ...all, slots: 4, failingSlots: 2 }, start)).sort()).toEqual(
        Array.from({ length: 4 }, () => expect.stringMatching(new RegExp(`${one.id}|${two.id}`))),
      );
      const second = idsOf(await store.claimWebhooks(order, start + 1));
      expect(second.filter((id) => id === failing.id)).toHaveLength(2);
      expect(second).toHaveLength(6);
    });

    test('a success and a failure are logged with their delivery, and the endpoint remembers them', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      await ended(store, 'canceled');
      const [claimed] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      await settle(store, claimed, bad, start + 10);
      const [failed] = await deliveriesOf(store, mine);
      const { retryAfterMs: _, ...logged } = bad;
      expect(failed).toMatchObject({ state: 'PENDING', tries: 1, nextAt: start + 5010, attempts: [logged] });
      expect(await store.findWebhookEndpoint(mine.id)).toMatchObject({ faults: 1, failingSince: start + 10 });
      expect(await store.claimWebhooks(all, start + 5009)).toEqual([]);
      const [again] = await store.claimWebhooks(all, start + 5010);
      if (again === undefined) throw new Error('Nothing was due');
      await settle(store, again, ok, start + 6000);
      const [done] = await deliveriesOf(store, mine);
      expect(done).toMatchObject({ state: 'DELIVERED', nextAt: null, messageId: failed?.messageId });
      expect(done?.attempts.map(({ httpStatus }) => httpStatus)).toEqual([500, 200]);
      expect(await store.findWebhookEndpoint(mine.id)).toMatchObject({ faults: 0, lastSuccessAt: start + 6000 });
      expect(await store.findWebhookDelivery(done?.id ?? '')).toEqual(done);
    });

    test('a node whose lease was taken over writes nothing', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      await ended(store, 'canceled');
      const [late] = await store.claimWebhooks(all, start);
      const [now] = await store.claimWebhooks(all, start + attemptLeaseMs);
      if (late === undefined || now === undefined) throw new Error('Nothing was due');
      expect(await settle(store, late, bad)).toBeNull();
      expect(await settle(store, now, ok)).not.toBeNull();
      expect((await deliveriesOf(store, mine))[0]).toMatchObject({
        state: 'DELIVERED',
        attempts: [{ httpStatus: 200 }],
      });
    });
  });
}
