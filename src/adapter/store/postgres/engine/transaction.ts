import { sql } from 'drizzle-orm';
import type { Connections } from './connections.ts';
import { faultOf, isPassing } from './fault.ts';
import type { Db } from './statements.ts';

/** Runs a body as one transaction: when its promise fulfils, all of it is on disk; when it rejects, nothing of it happened. */
export type Transact = <T>(body: (db: Db) => Promise<T>) => Promise<T>;

const mostTries = 6;

/**
 * Transactions, each on a connection of its own, READ COMMITTED: every decision sits in a conditional UPDATE, a constraint or a row that
 * the transaction has locked. A body runs again, from its beginning, where another transaction came in its way.
 */
export function createTransact(connections: Connections): Transact {
  return async (body) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await connections.lend((db) => inTransaction(db, body));
      } catch (error) {
        if (tries >= mostTries || !isPassing(error)) throw error;
      }
    }
  };
}

async function inTransaction<T>(db: Db, body: (db: Db) => Promise<T>): Promise<T> {
  await db.execute(sql`BEGIN`);
  try {
    const result = await body(db);
    await db.execute(sql`COMMIT`);
    return result;
  } catch (error) {
    const fault = faultOf(error);
    await db.execute(sql`ROLLBACK`).catch(() => {
      // Not a refusal, so that the connection is not lent again: closing it rolls back as well.
      throw new Error('A transaction could not be rolled back', { cause: fault });
    });
    throw fault;
  }
}
