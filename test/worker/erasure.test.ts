import { expect, onTestFinished, test, vi } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createEraseUser } from '../../src/gateway/erasure.ts';
import { removalTopic } from '../../src/ports/copy.ts';
import { createRetention, mostPerRound } from '../../src/worker/retention.ts';
import { stored } from '../store/contract/copies.ts';
import { admit, ana, anyJob, bob, first, live, lives, newId, start } from '../store/contract/world.ts';
import { createManualClock } from '../world/clock.ts';
import { createMemoryLog } from '../world/log.ts';

function openWorld() {
  const clock = createManualClock(start);
  const store = openSqliteStore({ file: ':memory:', newId, exclusive: true });
  const bell = createLocalBell();
  const files = new Set<string>();
  const blobs = { remove: async (name: string) => void files.delete(name) };
  const limits = { retentionMs: null, jobRetentionMs: null };
  const deps = { store, blobs, bell, clock, log: createMemoryLog(), ...limits };
  const retention = createRetention(deps);
  onTestFinished(async () => {
    await retention.stop();
    await store.close();
  });
  const eraseUser = createEraseUser({ store, clock, bell });
  const kept = async (accountId: string) =>
    (await store.listJobs(accountId, anyJob, first(1000))).items.filter(({ deletedAt }) => deletedAt === null);
  return { clock, store, bell, files, retention, eraseUser, kept, restarted: () => createRetention(deps) };
}

const free = { limits: { perMinute: 1000, inFlight: 1000 }, priceCredits: 0 };

test('an erased user has nothing left but prices, times and the ledger; nobody else loses anything', async () => {
  const world = openWorld();
  const { store, retention, eraseUser } = world;
  const video = await stored(store, start);
  for (const end of ['mp4', 'jpg']) world.files.add(`${video.videoId}.${end}`);
  const running = (await admit(store)).job;
  const foreign = await live(store, (await admit(store, { account: bob })).job, lives.completed);
  const ledger = await store.listLedger(video.accountId, first(100));
  expect(await eraseUser({ environment: 'TEST' }, 'ana')).toEqual({ jobs: 2, videos: 1 });
  await retention.round();
  expect(await store.findJob(video.id)).toMatchObject({ prompt: '', externalId: null, requestId: null });
  expect(world.files.size).toBe(0);
  expect(await store.findJob(running.id)).toEqual(running);
  expect(await store.findJob(foreign.id)).toEqual(foreign);
  expect(await store.listLedger(video.accountId, first(100))).toEqual(ledger);
  expect(await store.openErasures(10)).toEqual([]);

  // The running job follows as it ends, on any node and after a restart.
  await live(store, running, lives.failed);
  await world.restarted().round();
  expect(await store.findJob(running.id)).toMatchObject({ prompt: '', deletedAt: start });
  expect(await eraseUser({ environment: 'TEST' }, 'ana')).toEqual({ jobs: 2, videos: 1 });
});

test('an order is followed in rounds of bounded size until nothing is left, as soon as it is given', async () => {
  const world = openWorld();
  const { store, clock, eraseUser } = world;
  const many = 2 * mostPerRound + 10;
  let accountId = '';
  for (let made = 0; made < many; made += 1) {
    const { job } = await admit(store, free);
    accountId = job.accountId;
    if (made % 40 !== 7) await live(store, job, lives.canceled);
  }
  const running = (await store.listJobs(accountId, { status: ['PENDING'], externalId: null }, first(100))).items;
  expect(running).toHaveLength(11);
  world.retention.start();
  await clock.advance(10);
  expect(await eraseUser({ environment: 'TEST' }, 'ana')).toEqual({ jobs: many, videos: 0 });
  const left = (count: number) =>
    vi.waitFor(
      async () => {
        await clock.advance(1000);
        expect(await world.kept(accountId)).toHaveLength(count);
      },
      { timeout: 60_000 },
    );
  await left(running.length);
  for (const job of running) await live(store, job, lives.canceled);
  world.bell.ring([removalTopic]);
  await left(0);
});

test('jobs of after the order stay, and a text that is no user id is refused', async () => {
  const { store, retention, eraseUser } = openWorld();
  await live(store, (await admit(store)).job, lives.failed);
  await eraseUser({ environment: 'TEST' }, ana.owner);
  const later = await live(store, (await admit(store)).job, lives.failed);
  await retention.round();
  expect(await store.findJob(later.id)).toEqual(later);
  expect(await eraseUser({ environment: 'TEST' }, '')).toMatchObject({ kind: 'invalidInput' });
});
