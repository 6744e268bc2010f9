import { expect, test } from 'vitest';
import { createLocalBell } from '../../src/bell/local.ts';
import type { Job } from '../../src/domain/job.ts';
import { createEstimates } from '../../src/estimates.ts';
import { createGateway } from '../../src/gateway.ts';
import type { AdmitFailure, Log, Store, Taken } from '../../src/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { createViews } from '../../src/view.ts';
import { createWatch } from '../../src/watch.ts';
import { createManualClock } from '../world/clock.ts';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const unreadable = () => Promise.reject(new Error('disk I/O error'));

/** A gateway whose database takes jobs and cannot be read afterwards; `sent`: what the node that sends a job makes of it. */
function openGateway(sent?: (job: Job) => Promise<Job>) {
  const clock = createManualClock();
  const real = openSqliteStore({ file: ':memory:', newId: clock.newId, exclusive: true });
  const store: Store = { ...real, findJob: unreadable, findJobs: unreadable, findAccount: unreadable };
  const bell = createLocalBell();
  const views = createViews({ bell, clock, log: silent });
  const gateway = createGateway({
    store,
    bell,
    clock,
    watch: createWatch({ store, views, clock }),
    estimates: createEstimates({ store, clock }),
    async admit(admission): Promise<Taken | AdmitFailure> {
      const admitted = await store.admit(admission);
      return admitted.kind === 'admitted' && sent !== undefined ? { ...admitted, sent: sent(admitted.job) } : admitted;
    },
    settings: {
      priceCredits: 67,
      signupCredits: { LIVE: 100, TEST: 100 },
      deadlineMs: 60_000,
      jobsPerMinute: 10,
      jobsInFlight: 10,
    },
  });
  const generate = () => gateway.generateVideo({ userId: 'ada', environment: 'LIVE', roles: [] }, {});
  return { clock, generate, close: real.close };
}

test('a job that is stored is told, though the database cannot be read a moment later', async () => {
  const { generate, close } = openGateway();
  const answered = await generate();
  expect(answered).toMatchObject({ kind: 'generated', job: { state: 'PENDING' } });
  expect('account' in answered && (await answered.account())).toMatchObject({ held: 67 });
  await close();
});

test('a job that this very node sends is told as the provider answered, without its row being read', async () => {
  const { generate, close } = openGateway(async (job) => ({ ...job, state: 'QUEUED', version: 3 }));
  expect(await generate()).toMatchObject({ kind: 'generated', job: { state: 'QUEUED', version: 3 } });
  await close();
});

test('a job that the provider is asked about for too long is told as it was stored, after 4 s', async () => {
  const { clock, generate, close } = openGateway(() => new Promise(() => undefined));
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
