import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';
import { openInPglite } from './pglite-world.ts';
import { openOnDisk, type SqliteDatabase } from './sqlite-world.ts';

const page = readFileSync(join(projectRoot(), 'docs/operations.md'), 'utf8');

/** What the page says to run after a backup has leaked, on SQLite and on PostgreSQL. */
const [onSqlite = '', onPostgres = ''] = [...page.matchAll(/^ {3}```sql\n(.*?)^ {3}```$/gms)].map(
  ([, sql = '']) => sql,
);

const schemaOf = ({ sqlite }: SqliteDatabase) =>
  sqlite
    .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE tbl_name = 'settings' AND sql IS NOT NULL ORDER BY name")
    .pluck()
    .all()
    .map((sql) => sql.replaceAll(/\s+/g, ' '));

test('the SQL of docs/operations.md replaces the secret of a SQLite database, and leaves the schema as it was', async () => {
  const database = await openOnDisk();
  const { store, sqlite } = database;
  const [before, schema] = [await store.secret(), schemaOf(database)];
  sqlite.exec(onSqlite);
  const after = await store.secret();
  expect(after).toHaveLength(32);
  expect(after).not.toEqual(before);
  expect(schemaOf(database)).toEqual(schema);
  expect(() => sqlite.exec('UPDATE settings SET secret = randomblob(32)')).toThrow('the secret stays');
});

test('the SQL of docs/operations.md replaces the secret of a PostgreSQL database, which then keeps it again', async () => {
  const { store, run } = await openInPglite();
  const before = await store.secret();
  await run(onPostgres.replaceAll(/^ *(?:BEGIN|COMMIT);$/gm, ''));
  const after = await store.secret();
  expect(after).toHaveLength(32);
  expect(after).not.toEqual(before);
  await expect(run("UPDATE settings SET secret = decode(repeat('00', 32), 'hex')")).rejects.toThrow('the secret stays');
});
