import { expect, test } from 'vitest';
import { dayCountOf, daysOf } from '../../src/domain/usage.ts';
import { createMoneyReads } from '../../src/gateway/money.ts';
import { admit, ana, grantOf, live, lives } from '../store/contract/world.ts';
import { openInMemory } from '../store/sqlite-world.ts';

const at = (text: string) => Date.parse(text);

const admin = { userId: 'root', environment: 'TEST', roles: ['admin'], accountId: 'a' } as const;

test('a span is split at midnight in UTC; its first and last day may be parts', () => {
  const [from, to] = [at('2028-02-28T18:00:00Z'), at('2028-03-01T00:00:00Z')];
  expect(daysOf(from, to)).toEqual([
    { key: '2028-02-28', from, to: at('2028-02-29T00:00:00Z') },
    { key: '2028-02-29', from: at('2028-02-29T00:00:00Z'), to },
  ]);
  expect(daysOf(from, to + 1).at(-1)).toEqual({ key: '2028-03-01', from: to, to: to + 1 });
  expect([dayCountOf(to, to), dayCountOf(to + 1, to), daysOf(to, to)]).toEqual([0, 0, []]);
});

test('usage and spend leave out days without any, and add up to the ledger', async () => {
  const { store } = await openInMemory();
  const money = createMoneyReads({ store });
  const days = ['2026-11-28T23:59:59.999Z', '2026-11-30T00:00:00.000Z'];
  for (const day of days) {
    const { job } = await admit(store, { createdAt: at(day) });
    await live(store, job, lives.completed, at(day));
  }
  const span = { from: at('2026-11-01T00:00:00Z'), to: at('2026-12-01T00:00:00Z') };
  const rows = await money.usage(admin, span, 'DAY');
  const counts = { failed: 0, refundedCredits: 0 };
  // The first job's end is two seconds after midnight.
  expect(rows).toEqual([
    { key: '2026-11-28', jobs: 1, completed: 0, capturedCredits: 0, grantedCredits: 1000, ...counts },
    { key: '2026-11-29', jobs: 0, completed: 1, capturedCredits: 67, grantedCredits: 0, ...counts },
    { key: '2026-11-30', jobs: 1, completed: 1, capturedCredits: 67, grantedCredits: 0, ...counts },
  ]);
  const spend = await money.spend(admin, span, 100);
  expect(spend).toMatchObject([
    { day: '2026-11-29', acceptedJobs: 1, jobsWithoutCost: 1, difference: null, capturedCredits: 67 },
    { day: '2026-11-30', acceptedJobs: 1, difference: null },
  ]);
  expect(await money.usage(admin, span, 'API_KEY')).toMatchObject([{ key: '', completed: 2, grantedCredits: 1000 }]);
});

test('the difference is what users paid less what the cost is worth', async () => {
  const day = { acceptedJobs: 2, jobsWithoutCost: 1, providerCost: 0.5, comparedCredits: 67 };
  const spend = { ...day, capturedCredits: 67, refundedCredits: 0, unconfirmedJobs: 0 };
  const money = createMoneyReads({ store: { usage: async () => [], spend: async () => spend } });
  const span = { from: 0, to: 1 };
  expect(await money.spend(admin, span, 100)).toMatchObject([{ day: '1970-01-01', difference: 17 }]);
  expect(await money.spend(admin, span, 1000)).toMatchObject([{ difference: -433 }]);
});

test('what is too much for one answer is refused with a sentence that says what to do', async () => {
  const { store } = await openInMemory();
  const money = createMoneyReads({ store });
  const now = at('2026-11-30T00:00:00Z');
  const day = 86_400_000;
  const narrow = { refusal: expect.stringMatching(/narrow from and to\.$/) };
  expect(await money.usage(admin, { from: now, to: now }, 'DAY')).toEqual({ refusal: 'from must be before to.' });
  expect(await money.usage(admin, { from: now - 366 * day, to: now + 1 }, 'DAY')).toEqual(narrow);
  expect(await money.spend(admin, { from: now - 366 * day, to: now + 1 }, 100)).toEqual(narrow);
  expect(await money.usage(admin, { from: now - 366 * day, to: now }, 'DAY')).toEqual([]);
  for (let user = 0; user <= 1000; user += 1) {
    await store.grant(grantOf({ account: { ...ana, owner: `user ${user}` }, createdAt: now, signupCredits: 0 }));
  }
  expect(await money.usage(admin, { from: now, to: now + 1 }, 'USER')).toEqual(narrow);
  expect(await money.usage(admin, { from: now, to: now + 1 }, 'DAY')).toMatchObject([{ grantedCredits: 100_100 }]);
  for (const owner of ['a', 'b', 'c']) {
    await store.grant(
      grantOf({ account: { ...ana, owner }, credits: 999_999_000, createdAt: now + 1, signupCredits: 0 }),
    );
  }
  expect(await money.usage(admin, { from: now, to: now + 2 }, 'DAY')).toEqual(narrow);
});
