import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { backUpSqlite } from '../../src/adapter/store/sqlite/backup.ts';
import { backedUp, modeOf, sentenceOf } from './backup-world.ts';
import { admit, start } from './contract/world.ts';

describe('a backup', () => {
  test('is one private file with everything, made beside the process that serves', async () => {
    const { folder, backup, made, queued } = await backedUp();
    expect(made).toEqual({ jobs: 2, accounts: 1, newestAt: start + 1000, bytes: statSync(backup).size });
    expect(readdirSync(folder).sort()).toEqual([
      'backup.db',
      'store.db',
      'store.db-shm',
      'store.db-wal',
      'store.db.lock',
    ]);
    expect(modeOf(backup)).toBe('600');
    const sqlite = new Database(backup, { readonly: true });
    expect(sqlite.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(sqlite.prepare('SELECT state FROM jobs WHERE id = ?').pluck().get(queued.id)).toBe('QUEUED');
    sqlite.close();
  });

  test('replaces no file unless it is asked to, and never the database', async () => {
    const { folder, file, store, backup } = await backedUp();
    const before = readFileSync(backup);
    expect(await sentenceOf(backUpSqlite(file, backup, false))).toContain('add --force to replace it');
    expect(readFileSync(backup).equals(before)).toBe(true);
    await admit(store);
    expect(await backUpSqlite(file, backup, true)).toMatchObject({ jobs: 3 });
    symlinkSync(file, join(folder, 'link.db'));
    for (const to of ['store.db', 'link.db', 'store.db-wal', 'store.db.lock'])
      expect(await sentenceOf(backUpSqlite(file, join(folder, to), true)), to).toContain('belongs to the database');
    mkdirSync(join(folder, 'sub'));
    expect(await sentenceOf(backUpSqlite(file, join(folder, 'sub'), true))).toContain('is not a file');
    expect(await sentenceOf(backUpSqlite(file, join(folder, 'no/where.db'), true))).toContain('There is no folder');
    expect(await sentenceOf(backUpSqlite(join(folder, 'absent'), join(folder, 'b.db'), false))).toContain(
      'no database',
    );
  });

  test('of a database that is damaged, or whose ledger does not add up, is none', async () => {
    const { folder, file, store } = await backedUp();
    const to = join(folder, 'second.db');
    const sqlite = new Database(file);
    sqlite.exec('UPDATE accounts SET held = held + 1');
    expect(await sentenceOf(backUpSqlite(file, to, false))).toBe(
      'The ledger of 1 accounts does not add up; there is no backup.',
    );
    sqlite.exec('UPDATE accounts SET held = held - 1');
    sqlite.close();
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 9000);
    writeFileSync(file, bytes);
    expect(await sentenceOf(backUpSqlite(file, to, false))).toContain('is damaged');
    expect(existsSync(to) || existsSync(`${to}.partial`)).toBe(false);
  });
});
