import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { StoreOpenError } from '../../src/adapter/store/shared/open-error.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import type { Store } from '../../src/ports.ts';
import { admit, ana, grantOf, newId, start } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';

async function open(databaseUrl: string, exclusive = true): Promise<Store> {
  const store = await openStore(databaseUrl, { newId, exclusive });
  onTestFinished(() => store.close());
  return store;
}

const refusal = async (databaseUrl: string, exclusive = true) => {
  const error: unknown = await open(databaseUrl, exclusive).catch((thrown: unknown) => thrown);
  if (!(error instanceof StoreOpenError)) throw new Error(`Not refused with a sentence: ${String(error)}`);
  return error.message;
};

/** Gives a database a history of further migrations. */
function addMigration(file: string, hash: string, at: number): void {
  const sqlite = new Database(file);
  sqlite.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)').run(hash, at);
  sqlite.close();
}

describe('opening a store', () => {
  test('creates the folder and the file, and finds everything again the next time', async () => {
    const file = join(newFolder(), 'deep', 'down', 'store.db');
    const before = await open(`file:${file}`);
    const { job } = await admit(before);
    const secret = await before.secret();
    await before.close();
    const after = await open(`file:${file}`);
    expect(await after.findJob(job.id)).toEqual(job);
    expect(await after.secret()).toEqual(secret);
  });

  test('accepts a file URL in any common form, and memory', async () => {
    const folder = newFolder();
    await open(pathToFileURL(join(folder, 'with space.db')).href);
    expect(readdirSync(folder)).toContain('with space.db');
    await open('file::memory:');
  });

  test('leaves no journal and no lock held after closing', async () => {
    const folder = newFolder();
    const store = await open(`file:${folder}/store.db`);
    await admit(store);
    await store.close();
    await store.close();
    expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db.lock']);
  });

  test.each([
    ['postgres://127.0.0.1:1/reelgate', 'There is no PostgreSQL at 127.0.0.1:1/reelgate'],
    ['mysql://localhost/reelgate', 'must begin with file:'],
    ['./reelgate.db', 'must begin with file:'],
    ['file:', 'has no path'],
    ['file://host/reelgate.db', 'not a file URL of this machine'],
  ])('refuses %s with a sentence', async (databaseUrl, sentence) => {
    expect(await refusal(databaseUrl)).toContain(sentence);
  });

  test('refuses a file that is not a database, with a sentence, and leaves it as it was', async () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, 'notes.txt'),
      'Not a database, but a text that is longer than a header of one.'.repeat(9),
    );
    mkdirSync(join(folder, 'sub'));
    expect(await refusal(`file:${folder}/notes.txt`)).toContain('is not a SQLite database');
    expect(await refusal(`file:${folder}/sub`)).toContain('is a folder');
    expect(await refusal(`file:${folder}/notes.txt/store.db`)).toContain('cannot be opened');
    // After a refusal the lock is free.
    expect(await refusal(`file:${folder}/notes.txt`)).toContain('is not a SQLite database');
  });

  test('refuses another program’s database, unchanged', async () => {
    const file = join(newFolder(), 'other.db');
    const other = new Database(file);
    other.exec('CREATE TABLE accounts (name TEXT)');
    expect(await refusal(`file:${file}`)).toContain('belongs to another program');
    expect(other.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(other.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['accounts']);
    other.close();
  });

  test('refuses a database that a newer version has written', async () => {
    const file = join(newFolder(), 'store.db');
    await (await open(`file:${file}`)).close();
    addMigration(file, 'of-the-future', 9_000_000_000_000);
    expect(await refusal(`file:${file}`)).toContain('newer or another version');
    expect(await refusal(`file:${file}`, false)).toContain('newer or another version');
  });

  test('refuses a database with other migrations', async () => {
    const file = join(newFolder(), 'store.db');
    const empty = new Database(file);
    empty.exec('CREATE TABLE __drizzle_migrations (id INTEGER, hash TEXT, created_at NUMERIC)');
    empty.close();
    addMigration(file, 'of-somebody-else', 5);
    expect(await refusal(`file:${file}`)).toContain('newer or another version');
  });
});

describe('the right to serve a database', () => {
  test('belongs to one process, also through another path, and is free once that has closed', async () => {
    const folder = newFolder();
    const first = await open(`file:${folder}/store.db`);
    symlinkSync(join(folder, 'store.db'), join(folder, 'link.db'));
    expect(await refusal(`file:${folder}/store.db`)).toContain('Another Reelgate process serves');
    expect(await refusal(`file:${folder}/link.db`)).toContain('Another Reelgate process serves');
    await first.close();
    await open(`file:${folder}/link.db`);
  });

  test('leaves room for admin commands beside it', async () => {
    const url = `file:${newFolder()}/store.db`;
    const serving = await open(url);
    const admin = await open(url, false);
    await admin.grant(grantOf());
    expect(await serving.arrive(ana, 0, start)).toMatchObject({ balance: 1100 });
    expect(await admin.secret()).toEqual(await serving.secret());
  });

  test('is required to migrate: beside a server of an older version a command is refused', async () => {
    const file = join(newFolder(), 'store.db');
    const lock = new Database(`${file}.lock`);
    onTestFinished(() => void lock.close());
    lock.exec('BEGIN EXCLUSIVE');
    expect(await refusal(`file:${file}`, false)).toContain('Another Reelgate process serves');
    lock.exec('ROLLBACK');
    await open(`file:${file}`, false);
    await open(`file:${file}`);
  });

  test('is refused to a second process, and free as soon as the first was killed', async () => {
    const file = join(newFolder(), 'store.db');
    const module = import.meta.resolve('../../src/adapter/store/sqlite/store.ts');
    const script = `
      import { openSqliteStore } from ${JSON.stringify(module)};
      const store = openSqliteStore({ file: ${JSON.stringify(file)}, newId: () => 'x', exclusive: true });
      console.log('serving');
      setInterval(() => store.ping(), 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(await refusal(`file:${file}`)).toContain('Another Reelgate process serves');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = openSqliteStore({ file, newId, exclusive: true });
    onTestFinished(() => store.close());
    await store.ping();
  });
});
