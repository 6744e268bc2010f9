import type { Database } from 'better-sqlite3';
import { type Placeholder, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { createLruCache } from '../../../../lib/lru-cache.ts';

/** A connection as drizzle sees it: synchronous, and good for queries of any table. */
export type Db = BetterSQLite3Database & { readonly $client: Database };

const mostStatements = 64;

/**
 * One prepared statement per limit, because a limit that is bound makes SQLite prepare the whole statement again at each run. `prepare`
 * gets the limit written out, for `.limit()`.
 */
export function perLimit<Statement>(prepare: (limit: Placeholder) => Statement): (limit: number) => Statement {
  const known = createLruCache<Statement, number>(mostStatements);
  return (limit) => {
    const kept = known.get(limit);
    if (kept !== undefined) return kept;
    const statement = prepare(writtenOut(limit));
    known.set(limit, statement);
    return statement;
  };
}

function writtenOut(limit: number): Placeholder {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`${limit} is not a number of rows`);
  const text: unknown = sql.raw(String(limit));
  // Drizzle puts any SQL into a LIMIT as it stands; its types name only the number and the placeholder, both of which it binds.
  return text as Placeholder;
}
