import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { createTransact, type NotAPromise } from '../../src/adapter/store/sqlite/engine/transaction.ts';
import {
  admissionOf,
  admit,
  ana,
  changeOf,
  claimed,
  completed,
  grantOf,
  live,
  lives,
  start,
} from './contract/world.ts';
import { newFolder, openAt, openInMemory } from './sqlite-world.ts';

test('on a full disk nothing is half done, and everything goes on once there is space', async () => {
  const { store, sqlite } = openAt(join(newFolder(), 'store.db'));
  const { job, account } = await admit(store);
  const running = await live(store, job, lives.processing);
  const pages = sqlite.pragma('page_count', { simple: true });
  sqlite.pragma(`max_page_count = ${pages}`);

  const long = 'a'.repeat(2000);
  const outcomes: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    const input = { prompt: long, aspectRatio: 'SQUARE_1_1', seed: i, externalId: long.slice(0, 255) } as const;
    outcomes.push(
      await store.admit(admissionOf({ input })).then(
        () => 'stored',
        (error: { code: string }) => error.code,
      ),
    );
  }
  const stored = outcomes.filter((outcome) => outcome === 'stored').length;
  expect(outcomes).toContain('SQLITE_FULL');
  expect(await store.findAccount(account.id)).toMatchObject({ held: 67 * (1 + stored), feed: 4 + stored });
  expect(await store.countJobs(account.id, { status: null, externalId: null })).toBe(1 + stored);

  sqlite.pragma('max_page_count = 1000000');
  await live(store, running, [completed]);
  await store.ping();
});

test('a database that is read-only for a while rejects pings and writes, and then goes on', async () => {
  const { store, sqlite } = await openInMemory();
  const { job } = await admit(store);
  sqlite.pragma('query_only = ON');
  for (const call of [
    store.ping(),
    store.admit(admissionOf()),
    store.grant(grantOf()),
    store.commit(changeOf(job, claimed), start),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'SQLITE_READONLY' });
  }
  expect(await store.findJob(job.id)).toEqual(job);
  sqlite.pragma('query_only = OFF');
  await store.ping();
});

test('a database that another program has locked rejects writes, and still reads', async () => {
  const file = join(newFolder(), 'store.db');
  const { store } = openAt(file);
  const { job } = await admit(store);
  const other = new Database(file);
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  await expect(store.admit(admissionOf())).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  expect(await store.findJob(job.id)).toEqual(job);
  expect(await store.arrive(ana, 1000, start)).toMatchObject({ held: 67 });
  other.exec('ROLLBACK');
  await admit(store);
});

test('the store waits once for a locked database, since waiting stops everything, and again after it was free', async () => {
  const file = join(newFolder(), 'store.db');
  const { store, sqlite } = openAt(file);
  const busyTimeoutMs = () => Number(sqlite.pragma('busy_timeout', { simple: true }));
  const usualMs = busyTimeoutMs();
  expect(usualMs).toBeLessThanOrEqual(250);
  const other = new Database(file);
  onTestFinished(() => void other.close());
  other.exec('BEGIN EXCLUSIVE');
  await expect(store.ping()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  expect(busyTimeoutMs()).toBe(0);
  await expect(store.ping()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  other.exec('ROLLBACK');
  await store.ping();
  expect(busyTimeoutMs()).toBe(usualMs);
});

test('the body of a transaction cannot be asynchronous', async () => {
  const { sqlite } = await openInMemory();
  const transact = createTransact(sqlite);
  const sync = () => 1;
  const async_ = async () => 1;
  expectTypeOf<NotAPromise<Promise<number>>>().toBeNever();
  expectTypeOf(transact<number>).toBeCallableWith(sync);
  expectTypeOf(async_).not.toExtend<Parameters<typeof transact<Promise<number>>>[0]>();
  expectTypeOf(async_).not.toExtend<Parameters<typeof transact<number>>[0]>();
  expect(transact(sync)).toBe(1);
});

test('a transaction that throws leaves nothing behind, and the connection usable', async () => {
  const { sqlite } = await openInMemory();
  const transact = createTransact(sqlite);
  const body = () => {
    sqlite.exec('UPDATE settings SET pings = 99');
    throw new Error('No');
  };
  expect(() => transact(body)).toThrow('No');
  expect(sqlite.inTransaction).toBe(false);
  expect(sqlite.prepare('SELECT pings FROM settings').pluck().get()).toBe(1);
});

/** The temporary files of SQLite that this process has open: they have no name any more, so only its open files show them. */
function temporaryFiles(): readonly string[] {
  const folder = '/proc/self/fd';
  return readdirSync(folder).flatMap((name) => {
    try {
      return readlinkSync(join(folder, name)).match(/etilqs_/) ?? [];
    } catch {
      return [];
    }
  });
}

test.runIf(existsSync('/proc/self/fd'))(
  'no write needs a temporary file: a read-only root or a full /tmp stops nothing',
  async () => {
    const { store, sqlite } = openAt(join(newFolder(), 'store.db'));
    const limits = { perMinute: 1000, inFlight: 1000 };
    for (let count = 0; count < 150; count += 1) await admit(store, { priceCredits: 1, limits });
    // One statement that changes many pages, and that a trigger may refuse.
    const changeAll = sqlite.transaction(() => {
      sqlite.exec('UPDATE jobs SET faults = faults + 1, poll_at = poll_at + 1, state = state, version = version');
      return temporaryFiles();
    });
    expect(changeAll()).toEqual([]);
  },
);
