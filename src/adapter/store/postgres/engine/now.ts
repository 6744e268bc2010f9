import { sql } from 'drizzle-orm';
import type { Db } from './statements.ts';

/** Returns the instant that decides what is due, epoch ms. `given` is the caller's own. */
export type Now = (given: number) => Promise<number>;

/** Reads the database's clock, which all nodes share. A node whose clock is ahead must not claim what another has leased. */
export function createDatabaseNow(db: Db): Now {
  // now() is the start of the transaction or, outside of one, of the statement.
  const read = db
    .select({ now: sql`(extract(epoch FROM now()) * 1000)::bigint`.mapWith(Number) })
    .from(sql`(SELECT 1) AS once`)
    .prepare('now');
  return async () => {
    const [row] = await read.execute();
    if (row === undefined) throw new Error('The database returned no time');
    return row.now;
  };
}

/** Returns the caller's instant, for tests that set the time. */
export const givenNow: Now = async (given) => given;
