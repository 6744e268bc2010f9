import Database from 'better-sqlite3';

/**
 * Takes the right to serve or migrate a database: a write lock on a second file beside it, which the kernel frees when its holder dies.
 * Returns how to release it; null where another still holds it after `waitMs`.
 */
export function takeLock(file: string, waitMs: number): (() => void) | null {
  const lock = new Database(`${file}.lock`, { timeout: waitMs });
  try {
    // Nothing is ever written, so there is nothing that a journal file would be left behind for.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return () => void lock.close();
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

/** Whether something failed because another process holds the database. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
