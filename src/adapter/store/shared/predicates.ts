import { type AnyColumn, is, type SQL, sql } from 'drizzle-orm';
import { SQLiteColumn } from 'drizzle-orm/sqlite-core';

// What follows stands in the indexes and in the queries of either engine; SQLite uses the one for the other only where both are spelt the same.

/** Whether a job waits to be sent. */
export function isUnsent(state: AnyColumn): SQL {
  return sql`${state} = 'PENDING'`;
}

/** Whether a node has taken a job to send it. */
export function isBeingSent(state: AnyColumn): SQL {
  return sql`${state} = 'SUBMITTING'`;
}

/** Whether a job may be looked at: the provider has it, or it was given up on and a late video is still of interest. */
export function isPolled(state: AnyColumn, pollAt: AnyColumn): SQL {
  return sql`${oneOf(state, ['QUEUED', 'PROCESSING', 'FAILED'])} AND ${pollAt} IS NOT NULL`;
}

/** Whether a job meets its deadline as soon as that has passed. */
export function hasDeadline(state: AnyColumn): SQL {
  return oneOf(state, ['PENDING', 'QUEUED', 'PROCESSING']);
}

/**
 * Whether a column has one of some words of our own vocabulary, written out: SQL that is compared with an index or kept in a CHECK has no
 * parameters. For a list of more than two SQLite builds a table in memory, and does so anew for every row of which it asks. There the words are compared one by one.
 */
export function oneOf(column: AnyColumn, words: readonly string[]): SQL {
  const quoted = words.map((word) => sql.raw(`'${word}'`));
  if (!is(column, SQLiteColumn) || words.length <= 2) return sql`${column} IN (${sql.join(quoted, sql.raw(', '))})`;
  return sql`(${sql.join(
    quoted.map((word) => sql`${column} = ${word}`),
    sql.raw(' OR '),
  )})`;
}

/** Two columns that are null together, and a third that may only stand beside them. */
export function isWhole(one: AnyColumn, other: AnyColumn, optional: AnyColumn): SQL {
  return sql`(${one} IS NULL) = (${other} IS NULL) AND (${optional} IS NULL OR ${one} IS NOT NULL)`;
}
