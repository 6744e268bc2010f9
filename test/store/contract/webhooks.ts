import { describe, expect, test } from 'vitest';
import { copyStored } from '../../../src/domain/copy.ts';
import type { Job } from '../../../src/domain/job.ts';
import { newDeliveryOf, type WebhookEndpoint, webhookEventTypes } from '../../../src/domain/webhook.ts';
import {
  attemptEnded,
  attemptLeaseMs,
  type EndedAttempt,
  endpointEnabled,
  secretRotated,
  type WebhookPair,
} from '../../../src/domain/webhook-schedule.ts';
import type { Store } from '../../../src/ports.ts';
import type { LoggedDelivery } from '../../../src/webhook-ports.ts';
import { facts, waiting } from './copies.ts';
import { erased } from './erasure.ts';
import { admit, ana, bob, first, last, live, lives, newId, type OpenDatabase, start } from './world.ts';

const secret = new Uint8Array([1, 2, 3]);

/** An endpoint of ana's that is told of everything. */
export function endpointOf(parts: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    ...ana,
    id: newId(),
    allUsers: false,
    url: 'https://backend.example/hooks',
    description: null,
    eventTypes: webhookEventTypes,
    enabled: true,
    disabledReason: null,
    createdAt: start,
    lastSuccessAt: null,
    faults: 0,
    failingSince: null,
    slowUntil: null,
    secret,
    previousSecret: null,
    previousSecretUntil: null,
    ...parts,
  };
}

/** Stores an endpoint; its owner has an account then. */
export async function endpoint(store: Store, parts: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
  const made = endpointOf(parts);
  await store.arrive({ owner: made.owner, environment: made.environment }, 1000, start);
  expect(await store.createWebhookEndpoint(made, 20)).toBe(true);
  return made;
}

/** A job that has ended. */
export async function ended(store: Store, life: keyof typeof lives, account = ana): Promise<Job> {
  const { job } = await admit(store, { account });
  return live(store, job, lives[life]);
}

export async function deliveriesOf(
  store: Store,
  { id }: Pick<WebhookEndpoint, 'id'>,
): Promise<readonly LoggedDelivery[]> {
  return (await store.listWebhookDeliveries(id, null, first(100))).items;
}

const ok: EndedAttempt = {
  at: start,
  durationMs: 5,
  httpStatus: 200,
  error: null,
  response: 'thanks',
  retryAfterMs: null,
};

const bad: EndedAttempt = { ...ok, httpStatus: 500, error: 'It answered 500.', response: 'oops' };

const all = { slots: 100, failingSlots: 100 };

/** Settles a claim as its attempt ends. */
export function settle(store: Store, { delivery }: WebhookPair, attempt: EndedAttempt, now = start) {
  const { retryAfterMs: _, ...logged } = attempt;
  return store.settleWebhook(delivery, logged, (pair) => attemptEnded(pair, attempt, now, 0.5));
}

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
      expect(await store.claimWebhooks({ slots: 0, failingSlots: 0 }, start + 9e9)).toEqual([]);
    });

    test('endpoints take turns, and those whose last attempt failed come last and share their own slots', async () => {
      const { store } = await open();
      const failing = await endpoint(store, { faults: 1, failingSince: start });
      const [one, two] = [await endpoint(store), await endpoint(store)];
      for (let count = 0; count < 9; count += 1) await ended(store, 'canceled');
      const order = { slots: 8, failingSlots: 2 };
      const idsOf = (pairs: readonly WebhookPair[]) => pairs.map((pair) => pair.endpoint.id);
      expect(idsOf(await store.claimWebhooks({ slots: 4, failingSlots: 2 }, start)).sort()).toEqual(
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
      const made = { id: newId(), messageId: 'msg_1', type: 'webhook.test', jobId: null, payload: '{}' } as const;
      await store.addWebhookDelivery(newDeliveryOf(mine, { ...made, createdAt: start }));
      const [claimed, ...others] = await store.claimWebhooks({ slots: 1, failingSlots: 0 }, start);
      expect(others).toEqual([]);
      if (claimed === undefined) throw new Error('Nothing was due');
      await settle(store, claimed, bad);
      expect(await store.findWebhookDelivery(made.id)).toMatchObject({ state: 'FAILED', attempts: [{}] });
      expect(await store.findWebhookEndpoint(mine.id)).toEqual(mine);
      expect(await store.redeliverWebhooks(mine.id, 0, start)).toBe(0);
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

    test('old deliveries are removed once they ended; those of a deleted endpoint at once', async () => {
      const { store } = await open();
      const [mine, other] = [await endpoint(store), await endpoint(store, { eventTypes: ['job.failed'] })];
      await ended(store, 'canceled');
      await ended(store, 'failed');
      const [one] = await store.claimWebhooks({ slots: 1, failingSlots: 0 }, start + 9e6);
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
