import { expect, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Log, Store } from '../../src/ports.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch } from '../../src/read/watch.ts';
import { createManualClock } from '../world/clock.ts';
import { testVideos } from '../world/videos.ts';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const unreadable = () => Promise.reject(new Error('disk I/O error'));

/** A gateway without a worker; after a job is stored, its reads go through the given function. */
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
    videos: testVideos,
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

test('a stored job is returned, even if the database cannot be read a moment later', async () => {
  const { generate, close } = openGateway({ findJob: unreadable, findJobs: unreadable, findAccount: unreadable });
  const result = await generate();
  expect(result).toMatchObject({ kind: 'generated', job: { state: 'PENDING' } });
  expect('account' in result && (await result.account())).toMatchObject({ held: 67 });
  await close();
});

test('a job that no worker submits in time is returned as stored, after 4 s', async () => {
  const { clock, generate, close } = openGateway();
  let result: unknown = null;
  const responding = generate().then((response) => {
    result = response;
  });
  await clock.advance(3999);
  expect(result).toBeNull();
  await clock.advance(1);
  await responding;
  expect(result).toMatchObject({ kind: 'generated', job: { state: 'PENDING' } });
  await close();
});
