import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StoreOpenError } from '../shared/open-error.ts';
import { type Content, checkDatabase } from './check.ts';
import { readMigrations } from './engine/migrations.ts';
import { openErrorOf } from './engine/open-fault.ts';
import { makeEmpty, markBackup, publish, removeDatabase } from './engine/own-copy.ts';

/** A finished backup. */
export type Backup = Content & { readonly bytes: number };

/** How long a backup waits while another process writes. */
const busyMs = 5000;

/** All pages at once: a copy in steps starts again whenever the gateway writes, and might never end. */
const allPages = 0x7f_ff_ff_ff;

/**
 * Writes a database to another file, for this user alone, while a gateway may be serving it. The file appears once it is whole, checked and
 * on the disk. Rejects with a StoreOpenError, and leaves an existing file as it is unless `force` is set.
 */
export async function backUpSqlite(file: string, to: string, force: boolean): Promise<Backup> {
  if (!existsSync(file)) {
    throw new StoreOpenError(`There is no database ${file}: set DATABASE_URL to the one that the gateway uses.`);
  }
  refuseTarget(file, to, force);
  const temporary = `${to}.partial`;
  try {
    makeEmpty(temporary);
    await copyPages(file, temporary);
    const content = finish(temporary, to);
    refuseTarget(file, to, force);
    publish(temporary, to);
    return { ...content, bytes: statSync(to).size };
  } catch (error) {
    removeDatabase(temporary);
    throw openErrorOf(error, to);
  }
}

function refuseTarget(file: string, to: string, force: boolean): void {
  const folder = dirname(resolve(to));
  if (!existsSync(folder)) throw new StoreOpenError(`There is no folder ${folder} for the backup: create it.`);
  if (!existsSync(to)) return;
  const [source, target] = [realpathSync(file), realpathSync(to)];
  if (target === source || target.startsWith(`${source}-`) || target === `${source}.lock`)
    throw new StoreOpenError(`${to} belongs to the database itself: name another file for the backup.`);
  if (!statSync(to).isFile()) throw new StoreOpenError(`${to} is not a file: name a file for the backup.`);
  if (!force) throw new StoreOpenError(`${to} exists already: name another file, or add --force to replace it.`);
}

async function copyPages(file: string, to: string): Promise<void> {
  const source = new Database(file, { timeout: busyMs, fileMustExist: true });
  try {
    const { applied } = readMigrations(source, file);
    if (applied === 0) throw new StoreOpenError(`The database ${file} is empty: there is nothing to back up.`);
    await source.backup(to, { progress: () => allPages });
  } catch (error) {
    // Of the two files, a damaged one can only be the source.
    throw isCorrupt(error) ? openErrorOf(error, file) : error;
  } finally {
    source.close();
  }
}

function isCorrupt(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

/** Makes the copy a single file, marks it as a backup, and checks it. */
function finish(copy: string, name: string): Content {
  const sqlite = new Database(copy);
  try {
    sqlite.pragma('journal_mode = DELETE');
    const content = checkDatabase(sqlite, name, 'there is no backup');
    markBackup(sqlite);
    return content;
  } finally {
    sqlite.close();
  }
}
