import { expect, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Log, Store } from '../../src/ports.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch } from '../../src/read/watch.ts';
import { createManualClock } from '../world/clock.ts';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const unreadable = () => Promise.reject(new Error('disk I/O error'));

/** A gateway with nobody who sends its jobs, whose database takes them and afterwards can be read as told. */
function openGateway(reads: Partial<Store> = {}) {
  const clock = createManualClock();
  const real = openSqliteStore({ file: ':memory:', newId: clock.newId, exclusive: true });
  const store: Store = { ...real, ...reads };
  const bell = createLocalBell();
  const views = createViews({ bell, clock, log: silent });
  const gateway = createGateway({
    store,
    bell,
    clock,
    watch: createWatch({ store, views, clock }),
    estimates: createEstimates({ store, clock }),
    settings: {
      priceCredits: 67,
      signupCredits: { LIVE: 100, TEST: 100 },
      deadlineMs: 60_000,
      jobsPerMinute: 10,
      jobsInFlight: 10,
    },
  });
  const generate = async () =>
    gateway.generateVideo(await gateway.ensureAccount({ userId: 'ada', environment: 'LIVE', roles: [] }), {});
  return { clock, generate, close: real.close };
}

test('a job that is stored is told, though the database cannot be read a moment later', async () => {
  const { generate, close } = openGateway({ findJob: unreadable, findJobs: unreadable, findAccount: unreadable });
  const answered = await generate();
  expect(answered).toMatchObject({ kind: 'generated', job: { state: 'PENDING' } });
  expect('account' in answered && (await answered.account())).toMatchObject({ held: 67 });
  await close();
});

test('a job that nobody sends in time is told as it was stored, after 4 s', async () => {
  const { clock, generate, close } = openGateway();
  let answered: unknown = null;
  const answering = generate().then((answer) => {
    answered = answer;
  });
  await clock.advance(3999);
  expect(answered).toBeNull();
  await clock.advance(1);
  await answering;
  expect(answered).toMatchObject({ kind: 'generated', job: { state: 'PENDING' } });
  await close();
});
