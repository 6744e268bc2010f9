import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder } from '../../../../lib/file-modes.ts';
import { StoreLockedError, StoreOpenError } from '../../shared/open-error.ts';
import { keepToOurselves, makeDatabaseFile, type Warn } from './database-files.ts';
import { takeLock } from './lock.ts';
import { applyPending, readMigrations } from './migrations.ts';
import { checkModule } from './native-module.ts';
import { finishSwap, isSwapPending } from './swap.ts';
import { copyBeforeUpgrade } from './upgrade-copy.ts';

/** A connection to a migrated database. `close` also releases the lock of the process that serves it. */
export type Connection = { readonly sqlite: Database.Database; readonly close: () => void };

/** How long a start or a command waits for another process's write. Only the waiting process is delayed. */
const busyMs = 5000;

/** How long a serving process waits, which delays all its clients. An admin command's write takes a few milliseconds. */
const servingBusyMs = 200;

/** How long a start waits for the lock. A process that does not serve holds it only while it migrates. */
const lockWaitMs = 300;

/**
 * Opens a database file, or `:memory:`. It creates the folder and the file for this user alone, and applies the migrations. With
 * `exclusive` it takes the lock of the serving process, and throws a StoreOpenError when another process holds it.
 */
export function openConnection(file: string, exclusive: boolean, warn: Warn = () => undefined): Connection {
  checkModule();
  if (file === ':memory:') return connect(file, applyPending, () => undefined);
  const path = pathOf(file);
  const connection = exclusive ? connectAlone(path, warn) : connectBeside(path, warn);
  // Opening has verified that the file is our database.
  keepToOurselves(path, warn);
  return connection;
}

function connectAlone(path: string, warn: Warn): Connection {
  const unlock = lockOf(path);
  const connection = withCleanup(() => {
    finishRestore(path, warn);
    return connect(path, (sqlite) => upgrade(sqlite, path, warn), unlock);
  }, unlock);
  connection.sqlite.pragma(`busy_timeout = ${servingBusyMs}`);
  return connection;
}

function connectBeside(path: string, warn: Warn): Connection {
  if (isSwapPending(path)) underLock(path, () => finishRestore(path, warn));
  return connect(
    path,
    // On behalf of a process that does not serve, while no other process serves.
    (sqlite) => underLock(path, () => upgrade(sqlite, path, warn)),
    () => undefined,
  );
}

/** Finishes a restore that a crash has interrupted. */
function finishRestore(path: string, warn: Warn): void {
  if (!isSwapPending(path)) return;
  const kept = finishSwap(path);
  warn(
    `A restore of ${path} had been interrupted and is now finished.${kept === null ? '' : ` The old one is ${kept}.`}`,
  );
}

/** Migrates a database, and copies it first unless it is new. Another process may have migrated it meanwhile. */
function upgrade(sqlite: Database.Database, path: string, warn: Warn): void {
  const { applied, pending } = readMigrations(sqlite, path);
  if (pending === 0) return;
  if (applied > 0) copyBeforeUpgrade(sqlite, path, warn);
  applyPending(sqlite);
}

/** Runs `use`, and calls `release` when it throws. */
export function withCleanup<T>(use: () => T, release: () => void): T {
  try {
    return use();
  } catch (error) {
    release();
    throw error;
  }
}

function connect(file: string, migrate: (sqlite: Database.Database) => void, unlock: () => void): Connection {
  const sqlite = new Database(file, { timeout: busyMs });
  const open = (): Connection => {
    if (readMigrations(sqlite, file).pending > 0) migrate(sqlite);
    sqlite.pragma('journal_mode = WAL');
    // With less, a power failure could lose the SUBMITTING state of a job, and its video would be bought twice.
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // Text that was erased must not stay readable in the file.
    sqlite.pragma('secure_delete = ON');
    // A trigger may refuse a statement, so SQLite first copies each page that the statement changes: more than 64 KiB for a new job, which
    // would go through a temporary file each time, and fail where that cannot be written.
    sqlite.pragma('temp_store = MEMORY');
    const close = () => {
      sqlite.close();
      unlock();
    };
    return { sqlite, close };
  };
  return withCleanup(open, () => void sqlite.close());
}

function underLock(file: string, use: () => void): void {
  const unlock = lockOf(file);
  try {
    use();
  } finally {
    unlock();
  }
}

/** Takes the lock of the process that serves, and returns how to release it. Throws a StoreLockedError when another one holds it. */
export function lockOf(file: string): () => void {
  const unlock = takeLock(file, lockWaitMs);
  if (unlock === null) {
    throw new StoreLockedError(
      `Another Reelgate process serves the database ${file}: only one process at a time can serve a SQLite database.`,
    );
  }
  return unlock;
}

/** Creates a missing file, and returns its real path: all links to one database must lead to one lock. */
function pathOf(file: string): string {
  const asked = resolve(file);
  makeFolder(dirname(asked));
  if (existsSync(asked) && statSync(asked).isDirectory()) {
    throw new StoreOpenError(`The database ${file} is a folder: set DATABASE_URL to a file.`);
  }
  if (existsSync(asked) && !statSync(asked).isFile()) {
    throw new StoreOpenError(`The database ${file} is a device, a pipe or a socket: set DATABASE_URL to a file.`);
  }
  makeDatabaseFile(asked);
  const path = realpathSync(asked);
  makeDatabaseFile(`${path}.lock`);
  return path;
}
