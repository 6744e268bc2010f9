import { StoreOpenError } from '../../shared/open-error.ts';

/** Converts an error of the database or the file system to a StoreOpenError. Any other error is a bug, and is returned unchanged. */
export function openErrorOf(error: unknown, file: string): unknown {
  if (error instanceof StoreOpenError || !(error instanceof Error)) return error;
  // Drizzle wraps the database's own error.
  const fault = !('code' in error) && error.cause instanceof Error ? error.cause : error;
  if (!('code' in fault)) return error;
  return new StoreOpenError(sentenceOf(String(fault.code), fault.message, file), { cause: error });
}

function sentenceOf(code: string, message: string, file: string): string {
  if (code === 'SQLITE_NOTADB') return `The file ${file} is not a SQLite database: set DATABASE_URL to another file.`;
  if (code.startsWith('SQLITE_CORRUPT')) return `The database ${file} is damaged: restore it from a backup.`;
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return `There is no space left on the disk of the database ${file}.`;
  if (code.startsWith('SQLITE_BUSY')) return `The database ${file} is locked by another program.`;
  if (code.startsWith('SQLITE_READONLY')) return `The database ${file} or its folder cannot be written to.`;
  return `The database ${file} cannot be opened (${message}). Reelgate creates the file and its folder where it may write.`;
}
