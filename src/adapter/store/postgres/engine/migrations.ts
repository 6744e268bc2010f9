import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { projectRoot } from '../../../../lib/package.ts';
import { StoreOpenError } from '../../shared/open-error.ts';
import { type Db, firstOf } from './statements.ts';

type Applied = { readonly hash: string; readonly createdAt: number };

/** Where drizzle-kit writes the migrations of this engine. */
export function migrationsFolder(): string {
  return join(projectRoot(), 'migrations', 'postgres');
}

/**
 * How many migrations a database has, and how many it still needs. Throws a StoreOpenError for a database that is not ours, or whose
 * history is not the beginning of ours: it was written by a newer version.
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
      'The database was written by a newer or another version of Reelgate: start that version, or let DATABASE_URL name another database.',
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
  throw new StoreOpenError('The database belongs to another program: let DATABASE_URL name another, or an empty one.');
}
