import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StoreOpenError } from '../../shared/open-error.ts';
import { keepToOurselves, makeFolderOf, makeOwnFile, type Warn } from './file-modes.ts';
import { takeLock } from './lock.ts';
import { applyPending, countPending } from './migrations.ts';
import { checkModule } from './native-module.ts';

/** A migrated database of this process; `close` also gives up the right to serve it. */
export type Connection = { readonly sqlite: Database.Database; readonly close: () => void };

/** How long a start or a command waits for another process that writes: it holds up nobody but itself. */
const busyMs = 5000;

/** How long the process that serves does, holding up all that it serves: what it waits for is a command's write, of some milliseconds. */
const servingBusyMs = 200;

/** How long a start waits for the lock, which beside a server is only ever held for a migration. */
const lockWaitMs = 300;

/**
 * Opens a database file, or `:memory:`, with its folder made and its migrations applied, for this user alone. With `exclusive`, a second
 * process that asks for the same is refused.
 */
export function openConnection(file: string, exclusive: boolean, warn: Warn = () => undefined): Connection {
  checkModule();
  if (file === ':memory:') return connect(file, applyPending, () => undefined);
  const place = placeOf(file);
  const connection = exclusive ? connectAlone(place) : connectBeside(place);
  // Only now is it known to be ours.
  keepToOurselves(place, warn);
  return connection;
}

function connectAlone(place: string): Connection {
  const unlock = lockOf(place);
  const connection = orElse(() => connect(place, applyPending, unlock), unlock);
  connection.sqlite.pragma(`busy_timeout = ${servingBusyMs}`);
  return connection;
}

function connectBeside(place: string): Connection {
  return connect(
    place,
    (sqlite) => migrateUnderLock(sqlite, place),
    () => undefined,
  );
}

/** Does something that takes what was acquired for it; where it throws, that is given back. */
export function orElse<T>(deed: () => T, giveBack: () => void): T {
  try {
    return deed();
  } catch (error) {
    giveBack();
    throw error;
  }
}

function connect(file: string, migrate: (sqlite: Database.Database) => void, unlock: () => void): Connection {
  const sqlite = new Database(file, { timeout: busyMs });
  const open = (): Connection => {
    if (countPending(sqlite, file) > 0) migrate(sqlite);
    sqlite.pragma('journal_mode = WAL');
    // Less could lose the mark that a job is being sent when the power fails, and then buy its video twice.
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    const close = () => {
      sqlite.close();
      unlock();
    };
    return { sqlite, close };
  };
  return orElse(open, () => void sqlite.close());
}

/** For a process that does not serve: migrates while none does. */
function migrateUnderLock(sqlite: Database.Database, file: string): void {
  const unlock = lockOf(file);
  try {
    // Another process may have been quicker.
    if (countPending(sqlite, file) > 0) applyPending(sqlite);
  } finally {
    unlock();
  }
}

function lockOf(file: string): () => void {
  const unlock = takeLock(file, lockWaitMs);
  if (unlock === null) {
    throw new StoreOpenError(
      `Another Reelgate process serves the database ${file}; a SQLite database belongs to one at a time.`,
    );
  }
  return unlock;
}

/** The real path of the file, so that it has one lock whichever link leads to it. */
function placeOf(file: string): string {
  const path = resolve(file);
  makeFolderOf(path);
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new StoreOpenError(`The database ${file} is a folder: let DATABASE_URL name a file.`);
  }
  if (existsSync(path) && !statSync(path).isFile()) {
    throw new StoreOpenError(`The database ${file} is a device, a pipe or a socket: let DATABASE_URL name a file.`);
  }
  makeOwnFile(path);
  const place = realpathSync(path);
  makeOwnFile(`${place}.lock`);
  return place;
}
