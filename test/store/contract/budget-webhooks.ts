import { describe, expect, test } from 'vitest';
import type { BudgetKey } from '../../../src/domain/budget.ts';
import type { WebhookEndpoint } from '../../../src/domain/webhook.ts';
import type { Store } from '../../../src/ports.ts';
import { set } from './budget-history.ts';
import { all, deliveriesOf, endpoint, ok, settle } from './webhook-world.ts';
import { admissionOf, admit, ana, bob, canceled, live, newId, type OpenDatabase, start } from './world.ts';

const month = (owner: string | null): BudgetKey => ({ environment: 'TEST', owner, period: 'MONTH' });

const next = Date.UTC(new Date(start).getUTCFullYear(), new Date(start).getUTCMonth() + 1);

/** The users and percents that an endpoint was notified of, oldest first. */
async function marksAt(store: Store, at: WebhookEndpoint): Promise<readonly unknown[]> {
  const deliveries = (await deliveriesOf(store, at)).filter(({ type }) => type === 'budget.reached').toReversed();
  return deliveries.map(({ payload }) => {
    const { data } = JSON.parse(payload);
    return [data.owner, data.percent];
  });
}

/** An endpoint for all users. */
const operators = (store: Store, parts: Partial<WebhookEndpoint> = {}) =>
  endpoint(store, { owner: 'op', allUsers: true, ...parts });

export function describeBudgetWebhooks(open: OpenDatabase): void {
  describe('webhooks of budgets', () => {
    test("tell of a user's budget the user's endpoints and those of all users, and nobody else", async () => {
      const { store } = await open();
      const [mine, bobs, admins] = [await endpoint(store), await endpoint(store, bob), await operators(store)];
      const [deaf, live] = [
        await endpoint(store, { eventTypes: ['job.completed', 'webhook.test'] }),
        await operators(store, { environment: 'LIVE' }),
      ];
      await set(store, month('ana'), 134);
      await admit(store);
      const [delivery, ...others] = await deliveriesOf(store, mine);
      expect(others).toEqual([]);
      expect(delivery).toMatchObject({
        type: 'budget.reached',
        jobId: null,
        budgetId: 'ana/MONTH',
        state: 'PENDING',
        nextAt: start,
        createdAt: start,
      });
      expect(await marksAt(store, mine)).toEqual([['ana', 50]]);
      const [shared] = await deliveriesOf(store, admins);
      expect(shared).toMatchObject({ messageId: delivery?.messageId, payload: delivery?.payload });
      for (const other of [bobs, deaf, live]) expect(await deliveriesOf(store, other)).toEqual([]);
    });

    test("tell of the installation's budget only the endpoints of all users", async () => {
      const { store } = await open();
      const [mine, admins, adminsOwn] = [await endpoint(store), await operators(store), await endpoint(store, bob)];
      await set(store, month(null), 67);
      await admit(store);
      await store.admit(admissionOf({ account: bob }));
      expect(await marksAt(store, admins)).toEqual([[null, 100]]);
      for (const other of [mine, adminsOwn]) expect(await deliveriesOf(store, other)).toEqual([]);
    });

    test('come once per mark and period: a refusal is the last mark, and what is released makes none again', async () => {
      const { store } = await open();
      const mine = await endpoint(store, { eventTypes: ['budget.reached'] });
      await set(store, month('ana'), 160);
      const { job } = await admit(store);
      await live(store, job, [canceled]);
      await admit(store);
      expect(await marksAt(store, mine)).toEqual([]);
      await admit(store);
      expect(await marksAt(store, mine)).toEqual([['ana', 80]]);
      for (let count = 0; count < 2; count += 1)
        expect(await store.admit(admissionOf())).toMatchObject({ kind: 'budgetExceeded' });
      expect(await marksAt(store, mine)).toEqual([
        ['ana', 80],
        ['ana', 100],
      ]);
      await admit(store, { createdAt: next });
      await admit(store, { createdAt: next });
      expect((await marksAt(store, mine)).at(-1)).toEqual(['ana', 80]);
      expect(await marksAt(store, mine)).toHaveLength(3);
    });

    test('make one event of two hundred requests that reach one mark', async () => {
      const { store } = await open();
      const users = Array.from({ length: 20 }, (_, at) => ({ ...ana, owner: `user${at}` }));
      for (const account of users) await store.arrive(account, 10_000, start);
      const admins = await operators(store);
      await set(store, month(null), 100);
      await Promise.all(
        Array.from({ length: 200 }, (_, at) => store.admit(admissionOf({ account: users[at % 20] ?? ana }))),
      );
      expect(await marksAt(store, admins)).toEqual([
        [null, 50],
        [null, 100],
      ]);
    });

    test('are kept for an endpoint that is off, claimed, logged and sent again like those of jobs', async () => {
      const { store } = await open();
      const off = await endpoint(store, { enabled: false });
      const mine = await endpoint(store);
      await set(store, month('ana'), 134);
      await admit(store);
      expect(await deliveriesOf(store, off)).toMatchObject([{ type: 'budget.reached', state: 'FAILED', nextAt: null }]);
      const [claimed, ...others] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      expect(others).toEqual([]);
      expect(claimed.delivery).toMatchObject({ type: 'budget.reached', budgetId: 'ana/MONTH' });
      await settle(store, claimed, ok);
      expect(await deliveriesOf(store, mine)).toMatchObject([{ state: 'DELIVERED', attempts: [{ httpStatus: 200 }] }]);
      expect(await store.redeliverWebhook(claimed.delivery.id, start)).toMatchObject({ state: 'PENDING' });
      expect(await store.redeliverWebhooks(off.id, start, start)).toBe(1);
      expect(await store.redeliverWebhook(newId(), start)).toBeNull();
    });

    test('forget what receivers answered when their user is erased, in that environment', async () => {
      const { store } = await open();
      const [mine, admins] = [await endpoint(store), await operators(store)];
      const lives = await endpoint(store, { environment: 'LIVE' });
      for (const key of [month('ana'), month('bob'), { ...month('ana'), environment: 'LIVE' } as const])
        await set(store, key, 67);
      await set(store, month(null), 134);
      for (const account of [ana, bob, { ...ana, environment: 'LIVE' } as const]) await admit(store, { account });
      const claims = await store.claimWebhooks(all, start);
      expect(claims).toHaveLength(6);
      for (const claim of claims) await settle(store, claim, ok);

      const answersAt = async (at: WebhookEndpoint) =>
        Object.fromEntries(
          (await deliveriesOf(store, at)).map(({ budgetId, attempts }) => [budgetId, attempts[0]?.response]),
        );
      const bodies = (await deliveriesOf(store, mine)).map(({ payload }) => payload);
      await store.orderErasure(ana, start);
      expect(await answersAt(mine)).toEqual({ 'ana/MONTH': null });
      expect(await answersAt(admins)).toEqual({ 'ana/MONTH': null, 'bob/MONTH': 'thanks', '/MONTH': 'thanks' });
      expect(await answersAt(lives)).toEqual({ 'ana/MONTH': 'thanks' });
      // A body holds no more than what an erasure leaves: the user id, credits and times.
      expect((await deliveriesOf(store, mine)).map(({ payload }) => payload)).toEqual(bodies);
    });

    test('leave nothing of an answer that comes after their user was erased', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      for (const account of [ana, bob]) await set(store, month(account.owner), 67);
      const admins = await operators(store);
      for (const account of [ana, bob]) await admit(store, { account });
      const claims = await store.claimWebhooks(all, start);
      expect(claims).toHaveLength(3);
      await store.orderErasure(ana, start);
      for (const claim of claims) expect(await settle(store, claim, ok)).not.toBeNull();
      expect(await deliveriesOf(store, mine)).toMatchObject([{ state: 'DELIVERED', attempts: [{ response: null }] }]);
      const answers = (await deliveriesOf(store, admins)).map(({ budgetId, attempts }) => [
        budgetId,
        attempts[0]?.response,
      ]);
      expect(answers).toEqual([
        ['bob/MONTH', 'thanks'],
        ['ana/MONTH', null],
      ]);
    });

    test('are forgotten even if every job of their user was refused', async () => {
      const { store } = await open();
      const mine = await endpoint(store);
      await set(store, month('ana'), 10);
      expect(await store.admit(admissionOf())).toMatchObject({ kind: 'budgetExceeded' });
      const [claimed] = await store.claimWebhooks(all, start);
      if (claimed === undefined) throw new Error('Nothing was due');
      await settle(store, claimed, ok);
      expect(await store.orderErasure(ana, start)).toEqual({ jobs: 0, videos: 0 });
      expect(await deliveriesOf(store, mine)).toMatchObject([{ attempts: [{ httpStatus: 200, response: null }] }]);
    });
  });
}
