import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { projectRoot } from '../../../../lib/package.ts';
import { StoreOpenError } from '../../shared/open-error.ts';
import { type Db, firstOf } from './statements.ts';

type Applied = { readonly hash: string; readonly createdAt: number };

/** The folder in which drizzle-kit writes the migrations of this engine. */
export function migrationsFolder(): string {
  return join(projectRoot(), 'migrations', 'postgres');
}

/**
 * Counts the migrations that a database has and those that it still needs. Rejects with a StoreOpenError for a database of another
 * program, or one whose migrations are not the first of ours, because another version wrote it.
 */
export async function countMigrations(db: Db): Promise<{ readonly applied: number; readonly pending: number }> {
  const known = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  const applied = await readApplied(db);
  const isOurs = applied.every(({ hash, createdAt }, index) => {
    const same = known[index];
    return same?.hash === hash && same.folderMillis === createdAt;
  });
  if (!isOurs) {
    throw new StoreOpenError(
      'The database was written by a newer or another version of Reelgate: ' +
        'start that version, or set DATABASE_URL to another database.',
    );
  }
  return { applied: applied.length, pending: known.length - applied.length };
}

async function readApplied(db: Db): Promise<readonly Applied[]> {
  const history = sql`drizzle.__drizzle_migrations`;
  const has = firstOf(
    await db
      .select({
        history: sql<boolean>`to_regclass('drizzle.__drizzle_migrations') IS NOT NULL`,
        tables: sql<boolean>`EXISTS (SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'))`,
      })
      .from(sql`(SELECT 1) AS once`),
  );
  if (has?.history === true) {
    return db
      .select({ hash: sql<string>`hash`, createdAt: sql`created_at`.mapWith(Number) })
      .from(history)
      .orderBy(sql`created_at`);
  }
  if (has?.tables !== true) return [];
  throw new StoreOpenError(
    'The database belongs to another program: set DATABASE_URL to another or an empty database.',
  );
}
