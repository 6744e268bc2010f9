import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { createCloseStack } from '../../../lib/close-stack.ts';
import type { Store } from '../../../ports.ts';
import { StoreOpenError } from '../shared/open-error.ts';
import { connectionOptions, openConnections } from './engine/connections.ts';
import { faultOf } from './engine/fault.ts';
import { countMigrations, migrationsFolder } from './engine/migrations.ts';
import { migrating, type NodeLock, takeNodeLock } from './engine/node-lock.ts';
import { openErrorOf } from './engine/open-fault.ts';
import { createPostgresStore } from './store.ts';

/** What a PostgreSQL store is opened with. */
export type PostgresStoreOptions = {
  readonly url: string;
  /** Makes ids that sort by time (UUIDv7). */
  readonly newId: () => string;
  /** How a process uses the database: as the only node that serves it, as one of many, beside those that do, or also before any does. */
  readonly role: 'alone' | 'among nodes' | 'beside' | 'before';
};

/** How long a start waits for another that migrates. */
const migrationMs = 120_000;

/** How long a start waits for a server that does not answer at all, before it ends with a sentence: whoever runs it starts it again. */
const connectMs = 4000;

/** A start that failed ends soon, whatever hangs. */
const closeFailedWithinMs = 3000;

/**
 * Opens a PostgreSQL database as the store, migrated by whoever serves it. Rejects with a StoreOpenError where that cannot be done, also
 * for a second node where one serves alone.
 */
export async function openPostgresStore({ url, newId, role }: PostgresStoreOptions): Promise<Store> {
  const opened = createCloseStack();
  try {
    const serves = role === 'alone' || role === 'among nodes';
    if (serves) await applyPending(url);
    else if (!(await isMigrated(url, role === 'beside'))) await applyPending(url);
    const lock = serves ? await takeNodeLock(url, role === 'among nodes') : null;
    if (lock !== null) opened.push(() => lock.release());
    const connections = openConnections(url);
    opened.push(() => connections.close());
    return guarded(await createPostgresStore(connections, { newId, clock: 'database' }), lock);
  } catch (error) {
    await opened.closeWithin(closeFailedWithinMs);
    throw openErrorOf(faultOf(error), url);
  }
}

/** A store that is only there while its node has the right to serve. */
function guarded(store: Store, lock: NodeLock | null): Store {
  if (lock === null) return store;
  return {
    ...store,
    async ping() {
      await lock.check();
      await store.ping();
    },
    // Asked every few seconds by each node, so that a right that was lost is soon taken again, or missed aloud.
    async time() {
      await lock.check();
      return store.time();
    },
    async close() {
      await store.close();
      await lock.release();
    },
  };
}

/** For a command, which must not change tables under the hands of nodes: only where there are none yet does nobody serve. */
async function isMigrated(url: string, mustExist: boolean): Promise<boolean> {
  return withClient(url, async (client) => {
    const { applied, pending } = await countMigrations(drizzle(client));
    if (applied === 0 && !mustExist) return false;
    if (applied === 0)
      throw new StoreOpenError('The database is empty: let DATABASE_URL name the one that the gateway uses.');
    if (pending > 0)
      throw new StoreOpenError('The database is of an older version: start the gateway of this one first.');
    return true;
  });
}

/** Applies what is pending, all of it in one transaction; of many that start at once one does, and the others wait for it. */
export async function applyPending(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const db = drizzle(client);
    await client.query(`SELECT pg_advisory_lock${migrating}`);
    if ((await countMigrations(db)).pending === 0) return;
    // PostgreSQL says what it did not have to do, which nobody needs to read.
    await db.execute(sql`SET client_min_messages = warning`);
    await migrate(db, { migrationsFolder: migrationsFolder() });
  });
}

/** Ending the connection gives up what it has locked. */
async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const patience = {
    connectionTimeoutMillis: connectMs,
    statement_timeout: migrationMs,
    query_timeout: migrationMs + 2000,
  };
  const client = new Client({ ...connectionOptions(url), ...patience });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
