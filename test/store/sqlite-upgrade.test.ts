import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { expect, test } from 'vitest';
import type { ClaimNew } from '../../src/ports.ts';
import { projectRoot } from '../../src/root.ts';
import { createSqliteStore } from '../../src/store/sqlite/store.ts';
import { admissionOf, admit, changeOf, claimed, newId } from './contract/world.ts';
import { filled } from './contract/wrong-state.ts';
import { newFolder, openAt } from './sqlite-world.ts';

/** Makes a database as it was after so many of our migrations. */
function makeOld(file: string, migrations: number): Database.Database {
  const migrationsFolder = join(newFolder(), 'migrations');
  cpSync(join(projectRoot(), 'migrations', 'sqlite'), migrationsFolder, { recursive: true });
  const journalFile = join(migrationsFolder, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(journalFile, 'utf8'));
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, migrations) }));
  const sqlite = new Database(file);
  migrate(drizzle(sqlite), { migrationsFolder });
  return sqlite;
}

/** All rows but those of `settings`, where every start leaves a mark. */
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

test('a database of a release before jobs were stored as claimed takes such jobs', async () => {
  const file = join(newFolder(), 'store.db');
  const old = makeOld(file, 4);
  const before = createSqliteStore({ sqlite: old, close: () => undefined }, newId);
  await admit(before);
  const claim: ClaimNew = (job) => changeOf(job, claimed);
  await expect(before.admit(admissionOf(), claim)).rejects.toThrow('accounts_step');
  old.close();

  const { store } = openAt(file);
  expect(await store.admit(admissionOf(), claim)).toMatchObject({ job: { state: 'SUBMITTING' }, account: { feed: 3 } });
});

test('a database whose CHECKs were spelt otherwise keeps every row, and all that guards it', async () => {
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
