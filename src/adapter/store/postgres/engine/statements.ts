import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle's query builder on a connection, with any driver. */
export type Db = PgDatabase<PgQueryResultHKT>;

/** The first row of a result; null when it is empty. */
export function firstOf<Row>(rows: readonly Row[]): Row | null {
  return rows[0] ?? null;
}
