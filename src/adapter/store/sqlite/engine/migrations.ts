import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { projectRoot } from '../../../../lib/package.ts';
import { StoreOpenError } from '../../shared/open-error.ts';

type Applied = { readonly hash: string; readonly created_at: number };

/**
 * Counts the migrations that a database has, 0 if it is empty, and those that it still needs. Throws a StoreOpenError for a database of
 * another program, or one whose migrations are not the first of ours, because another version wrote it. `use`: what to do instead.
 */
export function readMigrations(
  sqlite: Database,
  file: string,
  use = 'set DATABASE_URL to another file',
): { readonly applied: number; readonly pending: number } {
  const known = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  const applied = readApplied(sqlite, file, use);
  const isOurs = applied.every(({ hash, created_at }, index) => {
    const same = known[index];
    return same?.hash === hash && same.folderMillis === Number(created_at);
  });
  if (!isOurs) {
    throw new StoreOpenError(
      `The database ${file} was written by a newer or another version of Reelgate: use that version, or ${use}.`,
    );
  }
  return { applied: applied.length, pending: known.length - applied.length };
}

/** Applies the pending migrations in one transaction. */
export function applyPending(sqlite: Database): void {
  // A migration that rebuilds a table drops the old one, which foreign keys forbid. SQLite cannot switch them inside a transaction.
  sqlite.pragma('foreign_keys = OFF');
  migrate(drizzle(sqlite), { migrationsFolder: migrationsFolder() });
  sqlite.pragma('foreign_keys = ON');
}

function readApplied(sqlite: Database, file: string, use: string): readonly Applied[] {
  const tables = sqlite.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  if (tables.includes('__drizzle_migrations')) {
    return sqlite.prepare<[], Applied>('SELECT hash, created_at FROM __drizzle_migrations ORDER BY created_at').all();
  }
  if (tables.length === 0) return [];
  throw new StoreOpenError(`The database ${file} belongs to another program: ${use}.`);
}

function migrationsFolder(): string {
  return join(projectRoot(), 'migrations', 'sqlite');
}
