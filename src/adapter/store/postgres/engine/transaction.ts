import { sql } from 'drizzle-orm';
import type { Connections } from './connections.ts';
import { faultOf, isTransient } from './fault.ts';
import type { Db } from './statements.ts';

/** Runs a body in one transaction. When its promise fulfils, all its writes are on disk; when it rejects, none are. */
export type Transact = <T>(body: (db: Db) => Promise<T>) => Promise<T>;

const maxTries = 6;

/**
 * Creates transactions, each on its own connection. READ COMMITTED suffices, because every decision rests on a conditional UPDATE, a
 * constraint or a locked row. After a conflict with another transaction the body runs again from its start.
 */
export function createTransact(connections: Connections): Transact {
  return async (body) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await connections.lend((db) => inTransaction(db, body));
      } catch (error) {
        if (tries >= maxTries || !isTransient(error)) throw error;
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
      // Not a Refusal, so the pool closes the connection, which also rolls back.
      throw new Error('A transaction could not be rolled back', { cause: fault });
    });
    throw fault;
  }
}
