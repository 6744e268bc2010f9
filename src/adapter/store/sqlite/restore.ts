import { chmodSync, constants, copyFileSync, existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder, ownFileMode } from '../../../lib/file-modes.ts';
import type { Store } from '../../../ports.ts';
import { StoreOpenError } from '../shared/open-error.ts';
import { type Content, checkDatabase } from './check.ts';
import { lockOf } from './engine/connection.ts';
import { makeDatabaseFile } from './engine/database-files.ts';
import { takeLock } from './engine/lock.ts';
import { applyPending, readMigrations } from './engine/migrations.ts';
import { openErrorOf } from './engine/open-fault.ts';
import { removeDatabase } from './engine/own-copy.ts';
import { decideSwap, finishSwap, isSwapPending, preparedFileOf } from './engine/swap.ts';
import { createSqliteStore } from './store.ts';

/** What a restore put in place. `kept`: the name of the database that it replaced; null if there was none. */
export type Restored = Content & { readonly kept: string | null };

/** How to restore a SQLite database. */
export type RestoreOptions = {
  readonly newId: () => string;
  /** Runs on the prepared database before it is put in place; begins its incarnation. */
  readonly prepare: (store: Store) => Promise<void>;
};

const nothing = 'nothing was restored';

/**
 * Replaces a database by a backup of it, which it checks and brings to this version first. Rejects with a StoreOpenError while a process
 * serves the database, and for a backup that it cannot use; the database then stays as it is. A crash leaves the old database or the new.
 */
export async function restoreSqlite(backup: string, file: string, options: RestoreOptions): Promise<Restored> {
  refuseBackup(backup, file);
  makeFolder(dirname(resolve(file)));
  const path = existsSync(file) ? realpathSync(file) : resolve(file);
  makeDatabaseFile(`${path}.lock`);
  const unlock = lockOf(path);
  const prepared = preparedFileOf(path);
  try {
    if (isSwapPending(path)) finishSwap(path);
    copyOf(backup, prepared);
    const content = await prepare(backup, prepared, options);
    settleOld(path);
    decideSwap(path);
    return { ...content, kept: finishSwap(path) };
  } catch (error) {
    removeDatabase(prepared);
    throw isCorruptBackup(error) ? openErrorOf(error, backup) : openErrorOf(error, path);
  } finally {
    unlock();
  }
}

function refuseBackup(backup: string, file: string): void {
  const found = statSync(backup, { throwIfNoEntry: false });
  if (found === undefined) throw new StoreOpenError(`There is no backup ${backup}.`);
  if (!found.isFile()) throw new StoreOpenError(`The backup ${backup} is not a file.`);
  const real = realpathSync(backup);
  if (existsSync(file) && real === realpathSync(file))
    throw new StoreOpenError(`${backup} is the database itself: name a backup of it.`);
  if (!existsSync(`${real}.lock`)) return;
  const unlock = takeLock(real, 0);
  if (unlock === null)
    throw new StoreOpenError(`A Reelgate process serves ${backup}: make a copy of it with reelgate backup first.`);
  unlock();
}

/** Copies the backup, with the log of a database that was copied by hand. Its own folder may be read-only. */
function copyOf(backup: string, prepared: string): void {
  removeDatabase(prepared);
  for (const side of ['', '-wal']) {
    if (!existsSync(`${backup}${side}`)) continue;
    makeDatabaseFile(`${prepared}${side}`);
    copyFileSync(`${backup}${side}`, `${prepared}${side}`, constants.COPYFILE_FICLONE);
    // The copy takes over the mode of a new file only where the system lets it.
    chmodSync(`${prepared}${side}`, ownFileMode);
  }
}

/** Checks the copy, migrates it, begins its incarnation, and makes it a single file. */
async function prepare(backup: string, prepared: string, options: RestoreOptions): Promise<Content> {
  const sqlite = new Database(prepared);
  const store = () => createSqliteStore({ sqlite, close: () => undefined }, options.newId);
  try {
    const { applied, pending } = readMigrations(sqlite, backup, 'name another backup');
    if (applied === 0) throw new StoreOpenError(`The backup ${backup} is empty.`);
    const content = checkDatabase(sqlite, backup, nothing);
    if (pending > 0) applyPending(sqlite);
    sqlite.pragma('journal_mode = DELETE');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('secure_delete = ON');
    await options.prepare(store());
    return content;
  } finally {
    sqlite.close();
  }
}

/** Brings the log of the old database into its file, so that one file is kept. A damaged database keeps its log beside it. */
function settleOld(file: string): void {
  if (!existsSync(file)) return;
  try {
    const sqlite = new Database(file);
    try {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      sqlite.close();
    }
  } catch {
    // It is replaced because it is damaged, perhaps.
  }
}

function isCorruptBackup(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}
