import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { copyBeforeUpgrade } from '../../src/adapter/store/sqlite/engine/upgrade-copy.ts';
import { readVersion } from '../../src/lib/package.ts';
import { newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';
import { readFixture } from './upgrade-0.1.0.ts';

const copyName = `store.db.before-${readVersion()}`;

/** A folder with a database of an older version. */
function oldDatabase(): { readonly folder: string; readonly file: string } {
  const folder = newFolder();
  const file = join(folder, 'store.db');
  const old = new Database(file);
  old.exec(readFixture('sqlite'));
  old.close();
  return { folder, file };
}

async function notesOf(file: string, exclusive: boolean): Promise<readonly string[]> {
  const notes: string[] = [];
  const warn = (sentence: string) => void notes.push(sentence);
  const store = await openStore(`file:${file}`, { newId, exclusive, warn });
  await store.close();
  return notes;
}

function tableOf(file: string): unknown {
  const sqlite = new Database(file, { readonly: true });
  const rows = sqlite.prepare('SELECT * FROM accounts ORDER BY id').all();
  const applied = sqlite.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get();
  sqlite.close();
  return { rows, applied };
}

test.each([
  ['start', true],
  ['command', false],
])('a %s copies the database before it migrates it, once, and says where', async (_, exclusive) => {
  const { folder, file } = oldDatabase();
  const before = tableOf(file);
  writeFileSync(join(folder, copyName), 'the copy of an earlier attempt');
  expect(await notesOf(file, exclusive)).toContainEqual(expect.stringContaining(`was copied to ${file}.before-`));
  expect(tableOf(join(folder, copyName))).toEqual(before);
  expect((statSync(join(folder, copyName)).mode & 0o077).toString(8)).toBe('0');
  const copied = readFileSync(join(folder, copyName));
  expect((await notesOf(file, exclusive)).join()).not.toContain('copied');
  expect(readFileSync(join(folder, copyName)).equals(copied)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['store.db', copyName, 'store.db.lock']);
});

test('the copy is marked as a backup, so that it is recognized if it is put back by hand', async () => {
  const folder = newFolder();
  const file = join(folder, 'store.db');
  await notesOf(file, true);
  const sqlite = new Database(file);
  copyBeforeUpgrade(sqlite, file, () => undefined);
  sqlite.close();
  expect(await notesOf(join(folder, copyName), true)).toContainEqual(expect.stringContaining('a new incarnation'));
  expect(await notesOf(file, true)).toEqual([]);
});

test('a new database needs no copy', async () => {
  const folder = newFolder();
  expect(await notesOf(join(folder, 'store.db'), true)).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db.lock']);
});

test('without space for the copy nothing is migrated, and a sentence says how much is needed', async () => {
  const { folder, file } = oldDatabase();
  const run = () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  };
  const failing = Object.assign(Object.create(Database.prototype), { prepare: () => ({ run }) });
  expect(() => copyBeforeUpgrade(failing, file, () => undefined)).toThrow(
    /there is no space for it in .*, which needs \d+ MB. Nothing was changed/,
  );
  expect(existsSync(join(folder, copyName))).toBe(false);
  expect(readdirSync(folder)).toEqual(['store.db']);
});
