import { expect, test } from 'vitest';
import { createLocalBell } from '../../src/bell/local.ts';
import { createEstimates } from '../../src/estimates.ts';
import { createGateway } from '../../src/gateway.ts';
import type { Log, Store } from '../../src/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { createViews } from '../../src/view.ts';
import { createWatch } from '../../src/watch.ts';
import { createManualClock } from '../world/clock.ts';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

test('a job that is stored is told, though the database cannot be read a moment later', async () => {
  const clock = createManualClock();
  const real = openSqliteStore({ file: ':memory:', newId: clock.newId, exclusive: true });
  const unreadable = () => Promise.reject(new Error('disk I/O error'));
  const store: Store = { ...real, findJob: unreadable, findJobs: unreadable, findAccount: unreadable };
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
  const viewer = { userId: 'ada', environment: 'LIVE', roles: [] } as const;
  const answered = await gateway.generateVideo(viewer, {});
  expect(answered).toMatchObject({ kind: 'generated', job: { state: 'PENDING' } });
  expect('account' in answered && (await answered.account())).toMatchObject({ held: 67 });
  await real.close();
});
