import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { makeOwnFile } from './database-files.ts';

/** What SQLite leaves beside a database. */
const sideSuffixes = ['-wal', '-shm', '-journal'] as const;

/** Creates an empty file for this user alone, in place of what an interrupted attempt left there. */
export function makeEmpty(file: string): void {
  removeDatabase(file);
  makeOwnFile(file);
}

/** Removes a database with what SQLite left beside it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', ...sideSuffixes]) rmSync(`${file}${suffix}`, { force: true });
}

/** Gives a finished file its name, so that after a power cut there is the whole file under that name or none of it. */
export function publish(temporary: string, file: string): void {
  syncPath(temporary);
  renameSync(temporary, file);
  syncPath(dirname(file));
}

/** Writes a file, or the names in a folder, to the disk. */
export function syncPath(path: string): void {
  // Windows can flush neither a folder nor a file that was opened for reading.
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Marks a copy, so that it is recognized as a restored one even if it is copied back by hand. Older versions have no place for that. */
export function markBackup(sqlite: Database): void {
  const columns = sqlite.prepare<[], string>("SELECT name FROM pragma_table_info('settings')").pluck().all();
  if (columns.includes('origin')) sqlite.prepare('UPDATE settings SET origin = ?').run('backup');
}
