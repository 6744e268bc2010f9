import { describe, expect, test } from 'vitest';
import { admit, ana, bob, first, grantOf, last, newId, type OpenDatabase, start } from './world.ts';

export function describeAccounts(open: OpenDatabase): void {
  describe('accounts', () => {
    test('are created once, with their sign-up credits', async () => {
      const { store } = await open();
      const account = await store.arrive(ana, 1000, start);
      expect(account).toEqual({ ...ana, id: account.id, balance: 1000, held: 0, feed: 0 });
      expect(await store.arrive(ana, 5000, start + 1)).toEqual(account);
      expect(await store.findAccount(account.id)).toEqual(account);
      const { items } = await store.listLedger(account.id, first(10));
      expect(items).toEqual([
        {
          id: items[0]?.id,
          accountId: account.id,
          number: 1,
          kind: 'GRANT',
          credits: 1000,
          balanceAfter: 1000,
          jobId: null,
          reason: 'Sign-up credits',
          idempotencyKey: null,
          createdAt: start,
        },
      ]);
    });

    test('are created once for any number of calls at the same time', async () => {
      const { store } = await open();
      const arrived = await Promise.all(Array.from({ length: 10 }, () => store.arrive(ana, 1000, start)));
      expect(new Set(arrived.map(({ id }) => id)).size).toBe(1);
      expect(arrived.map(({ balance }) => balance)).toEqual(arrived.map(() => 1000));
    });

    test('without sign-up credits have an empty ledger', async () => {
      const { store } = await open();
      const account = await store.arrive(ana, 0, start);
      expect(account.balance).toBe(0);
      expect(await store.listLedger(account.id, first(10))).toEqual({ items: [], hasPrevious: false, hasNext: false });
    });

    test('of one user in two environments are independent', async () => {
      const { store } = await open();
      const test = await store.arrive(ana, 1000, start);
      const live = await store.arrive({ ...ana, environment: 'LIVE' }, 5, start);
      expect(live.id).not.toBe(test.id);
      expect(live.balance).toBe(5);
    });

    test('of an environment are listed by owner, from either end', async () => {
      const { store } = await open();
      for (const owner of ['eve', 'ana', 'Zoe', 'ben', 'anatol'])
        await store.arrive({ owner, environment: 'TEST' }, 1, start);
      await store.arrive({ owner: 'carl', environment: 'LIVE' }, 1, start);
      const ownersOf = async (prefix: string, page: ReturnType<typeof first<string>>) => {
        const { items, hasPrevious, hasNext } = await store.listAccounts('TEST', prefix, page);
        return [items.map(({ owner }) => owner), hasPrevious, hasNext];
      };
      expect(await ownersOf('', first(10))).toEqual([['Zoe', 'ana', 'anatol', 'ben', 'eve'], false, false]);
      expect(await ownersOf('', first(2, 'ana'))).toEqual([['anatol', 'ben'], true, true]);
      expect(await ownersOf('', last(2))).toEqual([['ben', 'eve'], true, false]);
      expect(await ownersOf('ana', first(10))).toEqual([['ana', 'anatol'], false, false]);
      expect(await ownersOf('ana', first(1))).toEqual([['ana'], false, true]);
      expect(await ownersOf('ana', first(10, 'ana'))).toEqual([['anatol'], true, false]);
      expect(await ownersOf('ana', first(10, 'Zoe'))).toEqual([['ana', 'anatol'], false, false]);
      expect(await ownersOf('ana', last(10, 'ben'))).toEqual([['ana', 'anatol'], false, false]);
      expect(await ownersOf('x', first(10))).toEqual([[], false, false]);
      const { items } = await store.listAccounts('LIVE', 'c', first(1));
      expect(items).toEqual([await store.arrive({ owner: 'carl', environment: 'LIVE' }, 1, start)]);
    });

    test('that do not exist are null', async () => {
      const { store } = await open();
      expect(await store.findAccount(newId())).toBeNull();
      expect(await store.findLedgerEntry(newId())).toBeNull();
    });
  });

  describe('a grant', () => {
    test('changes the balance and is in the ledger', async () => {
      const { store } = await open();
      await store.arrive(ana, 1000, start);
      expect(await store.grant(grantOf({ credits: -300 }))).toMatchObject({ balance: 700 });
      const account = await store.arrive(ana, 0, start);
      const { items } = await store.listLedger(account.id, first(10));
      expect(items.map(({ number, credits, balanceAfter, reason }) => [number, credits, balanceAfter, reason])).toEqual(
        [
          [2, -300, 700, 'Thanks'],
          [1, 1000, 1000, 'Sign-up credits'],
        ],
      );
      expect(await store.findLedgerEntry(items[0]?.id ?? '')).toEqual(items[0]);
    });

    test('to a new user comes after their sign-up credits', async () => {
      const { store } = await open();
      expect(await store.grant(grantOf())).toMatchObject({ ...ana, balance: 1100, created: true, booked: 1100 });
      expect(await store.grant(grantOf())).toMatchObject({ ...ana, balance: 1200, created: false, booked: 100 });
    });

    test('is booked once per key', async () => {
      const { store } = await open();
      const grant = grantOf({ idempotencyKey: 'g1' });
      const all = await Promise.all(Array.from({ length: 10 }, () => store.grant(grant)));
      for (const account of all) expect(account).toMatchObject({ balance: 1100 });
      // Ten calls at once see each of these users for the first time: one call may find what another is about to create.
      for (let user = 0; user < 30; user += 1) {
        const first = grantOf({ idempotencyKey: `first ${user}`, account: { ...ana, owner: `user ${user}` } });
        const together = await Promise.all(Array.from({ length: 10 }, () => store.grant(first)));
        for (const account of together) expect(account).toMatchObject({ balance: 1100 });
        expect(together.filter((account) => 'created' in account && account.created)).toHaveLength(1);
      }
      const { job } = await admit(store);
      expect(await store.grant(grant)).toEqual({
        ...(await store.findAccount(job.accountId)),
        created: false,
        booked: 0,
      });
    });

    test.each([
      ['amount', { credits: 101 }],
      ['reason', { reason: 'Sorry' }],
      ['user', { account: bob }],
    ])('with a known key and another %s is a conflict that names the entry', async (_, patch) => {
      const { store } = await open();
      const grant = grantOf({ idempotencyKey: 'g1' });
      const account = await store.grant(grant);
      if (!('balance' in account)) throw new Error(account.message);
      const conflict = await store.grant({ ...grant, ...patch });
      expect(conflict).toMatchObject({
        kind: 'grantConflict',
        entry: { accountId: account.id, credits: 100, idempotencyKey: 'g1' },
      });
      expect({ ...(await store.findAccount(account.id)), created: true, booked: 1100 }).toEqual(account);
    });

    test('with a key of another environment is another grant', async () => {
      const { store } = await open();
      await store.grant(grantOf({ idempotencyKey: 'g1' }));
      const live = { ...ana, environment: 'LIVE' } as const;
      expect(await store.grant(grantOf({ idempotencyKey: 'g1', account: live }))).toMatchObject({ balance: 1100 });
    });

    test('that would take credits held by running jobs is refused, and its key stays free', async () => {
      const { store } = await open();
      await admit(store);
      const refused = await store.grant(grantOf({ credits: -934, idempotencyKey: 'g1' }));
      expect(refused).toMatchObject({ kind: 'invalidInput', issues: [{ path: ['credits'] }] });
      expect(await store.grant(grantOf({ credits: -933, idempotencyKey: 'g1' }))).toMatchObject({ balance: 67 });
    });

    test('above the highest balance is refused, and creates no account', async () => {
      const { store } = await open();
      expect(await store.grant(grantOf({ credits: 999_999_001 }))).toMatchObject({ kind: 'invalidInput' });
      expect(await store.arrive(ana, 3, start)).toMatchObject({ balance: 3 });
      expect(await store.grant(grantOf({ credits: 999_999_997 }))).toMatchObject({ balance: 1_000_000_000 });
    });
  });

  test('a ledger is read from either end, newest first', async () => {
    const { store } = await open();
    const { id } = await store.arrive(ana, 1000, start);
    for (const credits of [2, 3, 4]) await store.grant(grantOf({ credits }));
    const numbersOf = async (page: ReturnType<typeof first<number>>) => {
      const { items, ...more } = await store.listLedger(id, page);
      return [items.map(({ number }) => number), more];
    };
    expect(await numbersOf(first(3))).toEqual([[4, 3, 2], { hasPrevious: false, hasNext: true }]);
    expect(await numbersOf(first(3, 2))).toEqual([[1], { hasPrevious: true, hasNext: false }]);
    expect(await numbersOf(last(2))).toEqual([[2, 1], { hasPrevious: true, hasNext: false }]);
    expect(await numbersOf(last(2, 2))).toEqual([[4, 3], { hasPrevious: false, hasNext: true }]);
  });
}
