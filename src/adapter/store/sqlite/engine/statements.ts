import type { Database } from 'better-sqlite3';
import { type Placeholder, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { createLruCache } from '../../../../lib/lru-cache.ts';

/** Drizzle's synchronous query builder on a connection. */
export type Db = BetterSQLite3Database & { readonly $client: Database };

const maxStatements = 64;

/**
 * Caches one prepared statement per limit, because SQLite prepares a statement with a bound limit again at every execution. `prepare`
 * receives the limit as a literal, for `.limit()`.
 */
export function perLimit<Statement>(prepare: (limit: Placeholder) => Statement): (limit: number) => Statement {
  const cache = createLruCache<Statement, number>(maxStatements);
  return (limit) => {
    const cached = cache.get(limit);
    if (cached !== undefined) return cached;
    const statement = prepare(literalOf(limit));
    cache.set(limit, statement);
    return statement;
  };
}

/** A number of rows as a literal, for `.limit()` and `.offset()`. */
export function literalOf(limit: number): Placeholder {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`${limit} is not a number of rows`);
  const text: unknown = sql.raw(String(limit));
  // Drizzle inserts any SQL into a LIMIT unchanged. Its types allow only a number or a placeholder, and it binds both.
  return text as Placeholder;
}
