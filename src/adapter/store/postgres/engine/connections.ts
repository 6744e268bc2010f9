import { drizzle } from 'drizzle-orm/node-postgres';
import { type ClientBase, Pool, type PoolClient } from 'pg';
import { faultOf, isRefusal } from './fault.ts';
import { applySession, connectionOptions, nodeLimits } from './session.ts';
import type { Db } from './statements.ts';

/** A pool of connections to one database. */
export interface Connections {
  /** Runs `use` on a connection, and rejects with its error. A connection that may be broken is not used again. */
  lend<T>(use: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const maxConnections = 16;

/** Opens a pool that connects on demand. */
export function openConnections(url: string): Connections {
  // The pool lends a connection only after this has fulfilled.
  const hooks = { onConnect: (client: ClientBase) => applySession(client, nodeLimits) };
  const pool = new Pool({ ...connectionOptions(url), ...hooks, max: maxConnections, idleTimeoutMillis: 30_000 });
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
