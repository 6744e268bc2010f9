import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { newId } from './contract/world.ts';
import { filled } from './contract/wrong-state.ts';
import { oldMigrations } from './old-migrations.ts';
import { newFolder, openAt } from './sqlite-world.ts';
import { expectCarriedOn, readFixture } from './upgrade-0.1.0.ts';

/** Creates a database as it was after the first `count` of our migrations. */
function makeOld(file: string, migrations: number): Database.Database {
  const sqlite = new Database(file);
  migrate(drizzle(sqlite), { migrationsFolder: oldMigrations('sqlite', migrations) });
  return sqlite;
}

/** All rows except those of `settings`, which every start writes to. */
function rowsOf(sqlite: Database.Database): Record<string, unknown[]> {
  const tables = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'")
    .pluck()
    .all()
    .filter((table) => table !== 'settings');
  return Object.fromEntries(
    tables.map((table) => [table, sqlite.prepare(`SELECT * FROM "${table}" ORDER BY 1, 2`).raw().all()]),
  );
}

test('a database of 0.1.0 is upgraded with its jobs, ledger, keys and feed numbers; its jobs go on', async () => {
  const file = join(newFolder(), 'store.db');
  const old = new Database(file);
  old.exec(readFixture('sqlite'));
  old.close();
  const { store, sqlite } = openAt(file);
  await expectCarriedOn(store, 'SUBMITTING');
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('a database with differently written CHECKs keeps every row and every guard', async () => {
  const file = join(newFolder(), 'store.db');
  const old = makeOld(file, 3);
  await filled({
    store: createSqliteStore({ sqlite: old, close: () => undefined }, newId),
    run: async () => undefined,
  });
  const before = rowsOf(old);
  expect(before['jobs']?.length).toBeGreaterThan(5);
  old.close();

  const { sqlite } = openAt(file);
  expect(rowsOf(sqlite)).toEqual(before);
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  const words = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% IN (%,%,%)%'")
    .pluck()
    .all();
  expect(words).toEqual([]);
});
