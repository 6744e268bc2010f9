import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder } from '../../../../lib/file-modes.ts';
import { StoreLockedError, StoreOpenError } from '../../shared/open-error.ts';
import { keepToOurselves, makeOwnFile, type Warn } from './database-files.ts';
import { takeLock } from './lock.ts';
import { applyPending, countPending } from './migrations.ts';
import { checkModule } from './native-module.ts';

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
  const connection = exclusive ? connectAlone(path) : connectBeside(path);
  // Opening has verified that the file is our database.
  keepToOurselves(path, warn);
  return connection;
}

function connectAlone(path: string): Connection {
  const unlock = lockOf(path);
  const connection = withCleanup(() => connect(path, applyPending, unlock), unlock);
  connection.sqlite.pragma(`busy_timeout = ${servingBusyMs}`);
  return connection;
}

function connectBeside(path: string): Connection {
  return connect(
    path,
    (sqlite) => migrateUnderLock(sqlite, path),
    () => undefined,
  );
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
    if (countPending(sqlite, file) > 0) migrate(sqlite);
    sqlite.pragma('journal_mode = WAL');
    // With less, a power failure could lose the SUBMITTING state of a job, and its video would be bought twice.
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // Text that was erased must not stay readable in the file.
    sqlite.pragma('secure_delete = ON');
    const close = () => {
      sqlite.close();
      unlock();
    };
    return { sqlite, close };
  };
  return withCleanup(open, () => void sqlite.close());
}

/** Migrates on behalf of a process that does not serve, while no other process serves. */
function migrateUnderLock(sqlite: Database.Database, file: string): void {
  const unlock = lockOf(file);
  try {
    // Another process may have migrated first.
    if (countPending(sqlite, file) > 0) applyPending(sqlite);
  } finally {
    unlock();
  }
}

function lockOf(file: string): () => void {
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
  makeOwnFile(asked);
  const path = realpathSync(asked);
  makeOwnFile(`${path}.lock`);
  return path;
}
