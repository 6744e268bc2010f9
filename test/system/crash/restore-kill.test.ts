import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/adapter/store/open.ts';
import { backUpSqlite } from '../../../src/adapter/store/sqlite/backup.ts';
import { checkSqlite } from '../../../src/adapter/store/sqlite/check.ts';
import { projectRoot } from '../../../src/lib/package.ts';
import { admissionOf, admit, newId } from '../../store/contract/world.ts';
import { newFolder } from '../../store/sqlite-world.ts';

const jobs = 2000;

/** A database and its backup, each with a job that the other has not. */
async function twoTimelines() {
  const folder = newFolder();
  const file = join(folder, 'reelgate.db');
  const store = await openStore(`file:${file}`, { newId, exclusive: true });
  const limits = { perMinute: jobs * 2, inFlight: jobs * 2 };
  await admit(store, { priceCredits: 0, limits });
  for (let made = 1; made < jobs; made += 100)
    await Promise.all(Array.from({ length: 100 }, () => store.admit(admissionOf({ priceCredits: 0, limits }))));
  const backup = join(folder, 'backup.db');
  await backUpSqlite(file, backup, false);
  const { job: lost } = await admit(store, { priceCredits: 0, limits });
  await store.close();
  return { folder, file, backup, lost };
}

/** Kills a restore some time after it has begun to write; null: it may end by itself. */
async function killedRestore(folder: string, afterMs: number | null): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(projectRoot(), 'bin/reelgate.js'), 'restore', 'backup.db'], {
    cwd: folder,
    env: { PATH, HOME, DATABASE_URL: 'file:./reelgate.db' },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  while (child.exitCode === null && !readdirSync(folder).some((name) => name.includes('.restor'))) await sleep(1);
  if (afterMs !== null) {
    await sleep(afterMs);
    child.kill('SIGKILL');
  }
  await exited;
}

test('a restore that is killed at any moment leaves the old database or the restored one, whole', async () => {
  const { folder, file, backup, lost } = await twoTimelines();
  const { jobs: inBackup } = checkSqlite(backup);
  const outcomes: string[] = [];
  const old = join(folder, 'old.copy');
  copyFileSync(file, old);
  for (const afterMs of [0, 20, 60, 150, 400, 1000, null]) {
    await killedRestore(folder, afterMs);
    const notes: string[] = [];
    const store = await openStore(`file:${file}`, {
      newId,
      exclusive: true,
      warn: (sentence) => void notes.push(sentence),
    });
    const found = await store.findJob(lost.id);
    const incarnation = await store.incarnation();
    await store.close();
    expect(found === null).toBe(incarnation !== null);
    expect(checkSqlite(file)).toMatchObject({ jobs: found === null ? inBackup : inBackup + 1, accounts: 1 });
    outcomes.push(found === null ? 'restored' : 'old');
    copyFileSync(old, file);
  }
  expect([outcomes.at(0), outcomes.at(-1)]).toEqual(['old', 'restored']);
  expect(existsSync(backup)).toBe(true);
  expect(checkSqlite(backup)).toMatchObject({ accounts: 1 });
}, 600_000);
