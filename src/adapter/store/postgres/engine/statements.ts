import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** A connection as drizzle sees it, whichever driver it is on: good for queries of any table. */
export type Db = PgDatabase<PgQueryResultHKT>;

/** The first of the rows that a statement answers with; null where it has none. */
export function firstOf<Row>(rows: readonly Row[]): Row | null {
  return rows[0] ?? null;
}
