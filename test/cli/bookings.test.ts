import { describe, expect, it } from 'vitest';
import { readGrantCommand, readRefundCommand, runGrant, runRefund } from '../../src/cli/bookings.ts';
import { jobIdOf } from '../../src/domain/global-id.ts';
import { createBookings } from '../../src/gateway/bookings.ts';
import { admit, live, lives, newId } from '../store/contract/world.ts';
import { openInMemory } from '../store/sqlite-world.ts';
import { createManualClock } from '../world/clock.ts';

async function openBookings() {
  const { store } = await openInMemory();
  return {
    store,
    bookings: createBookings({ store, clock: createManualClock(), signupCredits: { LIVE: 0, TEST: 1000 } }),
  };
}

describe('the arguments of reelgate grant', () => {
  it('are the user, the environment, the credits and the reason', () => {
    const words = ['--user', 'ada', '--env', 'test', '--credits=-50', '--reason', 'Correction'];
    const request = { userId: 'ada', credits: -50, reason: 'Correction', idempotencyKey: null };
    expect(readGrantCommand(words)).toEqual({ environment: 'TEST', request });
    expect(readGrantCommand([...words, '--key', 'k1'])).toMatchObject({ request: { idempotencyKey: 'k1' } });
  });

  it.each([
    [[], '--user, --credits and --reason are missing.\n\nUsage: reelgate grant'],
    [['--user', 'ada', '--credits', '5', '--reason', 'x'], '--env is missing: test or live.'],
    [['--user', 'ada', '--env', 'prod', '--credits', '5', '--reason', 'x'], '--env is test or live, not prod.'],
    [['--user', 'ada', '--env', 'test', '--credits', '5', '--reason'], "Option '--reason <value>' argument missing"],
    [['--user', 'ada', '--env', 'test', '--credits', '5.5', '--reason', 'x'], '--credits is a whole number'],
    [['--user', 'ada', '--env', 'test', '--credits', '1e3', '--reason', 'x'], '--credits is a whole number'],
    [['ada'], 'Unexpected argument'],
  ])('are refused with a sentence if they are invalid: %j', (words, sentence) => {
    expect(readGrantCommand(words)).toEqual({ usage: expect.stringContaining(sentence) });
  });
});

it('reelgate grant books once per key, and refuses as the API does', async () => {
  const { store, bookings } = await openBookings();
  const grant = (credits: string, key = 'k1') => {
    const words = ['--user', 'ada', '--env', 'test', `--credits=${credits}`, '--reason', 'Invoice 7', '--key', key];
    const command = readGrantCommand(words);
    if ('usage' in command) throw new Error(command.usage);
    return runGrant(command, bookings);
  };
  const account = { userId: 'ada', environment: 'TEST', balance: 1050, held: 0, available: 1050 };
  expect(await grant('50')).toEqual({
    text: 'Granted 50 credits to ada in TEST: the balance is 1050, 0 of it held. The gateway had never seen this user: check the id.',
    json: { account, created: true },
    isDone: true,
  });
  expect(await grant('50')).toMatchObject({ json: { account, created: false }, isDone: true });
  expect(await grant('51')).toMatchObject({ json: { error: { code: 'IDEMPOTENCY_CONFLICT' } }, isDone: false });
  expect(await grant('-2000', 'k2')).toMatchObject({
    json: { error: { code: 'INVALID_INPUT', issues: [{ path: ['credits'] }] } },
    isDone: false,
  });
  expect(await store.arrive({ owner: 'ada', environment: 'TEST' }, 0, 0)).toMatchObject({ balance: 1050 });
});

it('reelgate refund takes the id in either spelling, and gives the credits back once', async () => {
  const { store, bookings } = await openBookings();
  const refund = (...words: string[]) => {
    const command = readRefundCommand(words);
    if ('usage' in command) throw new Error(command.usage);
    return runRefund(command, bookings, store);
  };
  for (const spelt of [(id: string) => id, jobIdOf, (id: string) => id.toUpperCase()]) {
    const { job } = await admit(store);
    await live(store, job, lives.completed);
    expect(await refund(spelt(job.id), '--reason', 'Blurred')).toEqual({
      text: `Refunded 67 credits of job ${job.id} to ana in TEST: the balance is 1000, 0 of it held.`,
      json: {
        entry: { kind: 'REFUND', credits: 67, balanceAfter: 1000, jobId: jobIdOf(job.id), reason: 'Blurred' },
        account: { userId: 'ana', environment: 'TEST', balance: 1000, held: 0, available: 1000 },
      },
      isDone: true,
    });
    const again = await refund(job.id, '--reason', 'Blurred');
    expect(again).toMatchObject({ json: { error: { code: 'NOT_REFUNDABLE' } }, isDone: false });
  }
  for (const id of [newId(), 'x', `${jobIdOf(newId())}=`]) {
    expect(await refund(id, '--reason', 'x')).toMatchObject({ json: { error: { code: 'NOT_FOUND' } } });
  }
  const { job } = await admit(store);
  expect(await refund(job.id, '--reason', ' ')).toMatchObject({ json: { error: { issues: [{ path: ['reason'] }] } } });
  const refused = [
    [[], 'JOB_ID and --reason are missing.'],
    [['id'], '--reason is missing.'],
    [['a', 'b', '--reason', 'x'], 'Unexpected argument b: reelgate refund takes one JOB_ID.'],
  ] as const;
  for (const [words, sentence] of refused)
    expect(readRefundCommand(words)).toEqual({
      usage: expect.stringContaining(`${sentence}\n\nUsage: reelgate refund`),
    });
});
