import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool, type PoolClient } from 'pg';
import { faultOf, isRefusal } from './fault.ts';
import type { Db } from './statements.ts';

/** A pool of connections to one database. */
export interface Connections {
  /** Runs `use` on a connection, and rejects with its error. A connection that may be broken is not used again. */
  lend<T>(use: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const maxConnections = 16;

/** How long to wait for a free or a new connection. Many transactions that lock one account may have to run before. */
const connectMs = 30_000;

/** How long one statement may take. Most take less than a millisecond, and locks are held for a few. */
const statementMs = 10_000;

/** The options of every connection to PostgreSQL. */
export function connectionOptions(url: string) {
  return {
    connectionString: url,
    application_name: 'reelgate',
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    // Applies when the server does not even report its own timeout.
    query_timeout: statementMs + 2000,
    // A node that hangs within a transaction must not block other nodes from the rows that it has locked.
    idle_in_transaction_session_timeout: statementMs,
    keepAlive: true,
  };
}

/** Opens a pool that connects on demand. */
export function openConnections(url: string): Connections {
  const pool = new Pool({ ...connectionOptions(url), max: maxConnections, idleTimeoutMillis: 30_000 });
  // The pool replaces an idle connection that breaks; when one breaks in use, its query rejects.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  let ending: Promise<void> | null = null;
  const dbs = new WeakMap<PoolClient, Db>();

  const dbOf = (client: PoolClient): Db => {
    const db = dbs.get(client) ?? drizzle(client);
    dbs.set(client, db);
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
