import { sql } from 'drizzle-orm';
import type { Db } from './statements.ts';

/** The instant that decides what is due, made of the one that a verb was given. */
export type Now = (given: number) => Promise<number>;

/** The database's own clock, which all nodes share: what one leases, no other finds due because its clock is ahead. */
export function createDatabaseNow(db: Db): Now {
  // When the transaction began; outside of one, when the statement did.
  const read = db
    .select({ now: sql`(extract(epoch FROM now()) * 1000)::bigint`.mapWith(Number) })
    .from(sql`(SELECT 1) AS once`)
    .prepare('now');
  return async () => {
    const [row] = await read.execute();
    if (row === undefined) throw new Error('The database does not know the time');
    return row.now;
  };
}

/** For tests that set the time: what a verb is given. */
export const givenNow: Now = async (given) => given;
