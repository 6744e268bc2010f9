import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool, type PoolClient } from 'pg';
import { faultOf, isRefusal } from './fault.ts';
import type { Db } from './statements.ts';

/** The connections of a process to one database. */
export interface Connections {
  /** Lends one for as long as `use` runs. Rejects with what `use` rejects with; a connection that may have broken is not lent again. */
  lend<T>(use: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const mostConnections = 16;

/** How long a verb waits for a connection, and for one to be made: long enough for a queue of those who all want one account. */
const connectMs = 30_000;

/** How long one statement may take: most take less than a millisecond, and what waits for a lock waits for transactions of a few. */
const statementMs = 10_000;

/** What every connection of ours is made with. */
export function connectionOptions(url: string) {
  return {
    connectionString: url,
    application_name: 'reelgate',
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    // Should the server not even say that it took too long.
    query_timeout: statementMs + 2000,
    // A node that stands still in the middle of a transaction must not keep others from the rows that it locked.
    idle_in_transaction_session_timeout: statementMs,
    keepAlive: true,
  };
}

/** Opens a pool of connections, each made when it is needed. */
export function openConnections(url: string): Connections {
  const pool = new Pool({ ...connectionOptions(url), max: mostConnections, idleTimeoutMillis: 30_000 });
  // An idle connection that breaks is replaced when the next is needed, and one that breaks in use tells whoever uses it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  let ending: Promise<void> | null = null;
  const known = new WeakMap<PoolClient, Db>();

  const dbOf = (client: PoolClient): Db => {
    const db = known.get(client) ?? drizzle(client);
    known.set(client, db);
    return db;
  };

  return {
    async lend(use) {
      const client = await pool.connect();
      let broken = true;
      try {
        const result = await use(dbOf(client));
        broken = false;
        return result;
      } catch (error) {
        const fault = faultOf(error);
        broken = !isRefusal(fault);
        throw fault;
      } finally {
        client.release(broken);
      }
    },
    close() {
      ending ??= pool.end();
      return ending;
    },
  };
}
