import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { backUpSqlite } from '../../src/adapter/store/sqlite/backup.ts';
import { decideSwap, preparedFileOf, swapSteps } from '../../src/adapter/store/sqlite/engine/swap.ts';
import { admit, newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';

async function open(file: string, exclusive: boolean) {
  const notes: string[] = [];
  const warn = (sentence: string) => void notes.push(sentence);
  const store = await openStore(`file:${file}`, { newId, exclusive, mustExist: true, warn });
  onTestFinished(() => store.close());
  return { store, notes };
}

/** A database whose last job is only in its log, as after a power cut, and a decided restore of a backup without that job. */
async function decided() {
  const folder = newFolder();
  const served = join(folder, 'served.db');
  const store = await openStore(`file:${served}`, { newId, exclusive: true });
  const { job: kept } = await admit(store);
  const file = join(folder, 'store.db');
  await backUpSqlite(served, preparedFileOf(file), false);
  const { job: lost } = await admit(store);
  for (const side of ['', '-wal', '-shm']) copyFileSync(`${served}${side}`, `${file}${side}`);
  await store.close();
  decideSwap(file);
  return { folder, file, kept, lost };
}

const steps = [0, 1, 2, 3, 4, 5, 6, 7, 8];

describe.each([
  ['start', true],
  ['command', false],
])('after a crash within a restore, the next %s', (_, exclusive) => {
  test.each(steps)('finds the restored database, and the old one beside it: crash after step %i', async (count) => {
    const { folder, file, kept, lost } = await decided();
    const all = swapSteps(file);
    expect(all).toHaveLength(steps.length - 1);
    for (const step of all.slice(0, count)) step();

    const { store, notes } = await open(file, exclusive);
    if (count < 7) expect(notes).toContainEqual(expect.stringContaining('had been interrupted and is now finished'));
    expect(await store.findJob(kept.id)).toMatchObject({ id: kept.id });
    expect(await store.findJob(lost.id)).toBeNull();
    const old = readdirSync(folder).find((name) => /\.replaced-\d{8}T\d{9}Z$/.test(name)) ?? '';
    const sqlite = new Database(join(folder, old));
    expect(sqlite.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(2);
    sqlite.close();
    expect(readdirSync(folder).filter((name) => /restor/.test(name))).toEqual([]);
  });
});

test('a restore that a crash interrupted before it was decided leaves the old database', async () => {
  const { folder, file, kept, lost } = await decided();
  copyFileSync(`${file}.restored`, preparedFileOf(file));
  writeFileSync(preparedFileOf(file), readFileSync(`${file}.restored`).subarray(0, 9000));
  rmSync(`${file}.restored`);
  const { store, notes } = await open(file, true);
  expect(notes.join()).not.toContain('restore');
  expect(await store.findJobs([kept.id, lost.id])).toHaveLength(2);
  expect(readdirSync(folder)).toContain('store.db.restoring');
});
