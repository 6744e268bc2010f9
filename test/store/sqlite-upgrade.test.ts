import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { describe, expect, test } from 'vitest';
import { oldMigrations } from './old-migrations.ts';
import { newFolder, openAt } from './sqlite-world.ts';
import { expectCarriedOn, readFixture } from './upgrade-0.1.0.ts';
import { expectVideos, expiries, readFixtureExpiring } from './upgrade-videos.ts';
import { beforeBudgets, expectDeliveries, oldWebhooks } from './upgrade-webhooks.ts';

/** All rows but those of `settings`, where every start leaves a mark. */
function rowsOf(sqlite: Database.Database): Record<string, unknown[]> {
  const tables = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'")
    .pluck()
    .all()
    .filter((table) => table !== 'settings');
  return Object.fromEntries(
    tables.map((table) => [table, sqlite.prepare(`SELECT * FROM "${table}" ORDER BY 1, 2`).all()]),
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

test('a database whose CHECKs were spelt otherwise keeps every row, and all that guards it', () => {
  const file = join(newFolder(), 'store.db');
  const old = new Database(file);
  old.exec(readFixture('sqlite'));
  const before = rowsOf(old);
  expect(before['jobs']?.length).toBeGreaterThan(5);
  old.close();

  const { sqlite } = openAt(file);
  expect(rowsOf(sqlite)).toMatchObject(before);
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  const words = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% IN (%,%,%)%'")
    .pluck()
    .all();
  expect(words).toEqual([]);
});

/** How many migrations earlier versions had: 0.1.0, and the last that kept no videos. */
const earlier = [5, 7];

describe.each(earlier)('an upgrade from a database of %i migrations', (count) => {
  test.each(expiries)('gives every job the id of its video; videos %s', async (_, expiry, state) => {
    const file = join(newFolder(), 'store.db');
    const old = new Database(file);
    old.exec(readFixtureExpiring('sqlite', expiry()));
    old.pragma('foreign_keys = OFF');
    migrate(drizzle(old), { migrationsFolder: oldMigrations('sqlite', count) });
    const applied = old.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get();
    expect(applied).toBe(count);
    old.close();
    const { store, sqlite } = openAt(file);
    await expectVideos(store, state);
    expect(sqlite.pragma('foreign_key_check')).toEqual([]);
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

test('an upgrade to webhooks of budgets keeps every delivery with its attempts, and all that guards them', async () => {
  const file = join(newFolder(), 'store.db');
  const old = new Database(file);
  old.exec(readFixture('sqlite'));
  old.pragma('foreign_keys = OFF');
  migrate(drizzle(old), { migrationsFolder: oldMigrations('sqlite', beforeBudgets.sqlite) });
  old.exec(oldWebhooks("X'01'"));
  old.close();
  const { store, sqlite } = openAt(file);
  await expectDeliveries(store, async (statement) => sqlite.exec(statement));
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
});
