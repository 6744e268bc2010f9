import Database from 'better-sqlite3';

/**
 * Takes the lock of a process that serves or migrates a database: a write lock on `FILE.lock`, which the kernel frees when the process
 * dies. Returns a function that releases it, or null when another process still holds it after `waitMs`.
 */
export function takeLock(file: string, waitMs: number): (() => void) | null {
  const lock = new Database(`${file}.lock`, { timeout: waitMs });
  try {
    // This file is never written to, so it needs no journal file, which a crash would leave behind.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return () => void lock.close();
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

/** Whether an error means that another process has locked the database. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
