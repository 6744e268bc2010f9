import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { readVersion } from '../../../../lib/package.ts';
import { StoreOpenError } from '../../shared/open-error.ts';
import { makeDatabaseFile, type Warn } from './database-files.ts';
import { markBackup, publish, removeDatabase } from './own-copy.ts';

/**
 * Copies a database to `FILE.before-VERSION` before this version migrates it, and says so. A copy of an earlier attempt is replaced. Throws
 * a StoreOpenError if that fails: the database is not migrated without a way back.
 */
export function copyBeforeUpgrade(sqlite: Database.Database, file: string, warn: Warn): void {
  const copy = `${file}.before-${readVersion()}`;
  const temporary = `${copy}.partial`;
  try {
    removeDatabase(temporary);
    makeDatabaseFile(temporary);
    sqlite.prepare('VACUUM INTO ?').run(temporary);
    mark(temporary);
    publish(temporary, copy);
  } catch (error) {
    removeDatabase(temporary);
    throw new StoreOpenError(refusalOf(error, file), { cause: error });
  }
  warn(
    `The database was copied to ${copy} before its upgrade: remove the copy once the new version has proved itself.`,
  );
}

function mark(copy: string): void {
  const sqlite = new Database(copy);
  try {
    markBackup(sqlite);
  } finally {
    sqlite.close();
  }
}

function refusalOf(error: unknown, file: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isFull = /^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code);
  const reason = isFull
    ? `there is no space for it in ${dirname(file)}, which needs ${Math.ceil(statSync(file).size / 2 ** 20)} MB`
    : `it cannot be written (${error instanceof Error ? error.message : String(error)})`;
  return `Before an upgrade, ${file} is copied, and ${reason}. Nothing was changed; the version before can still be started.`;
}
