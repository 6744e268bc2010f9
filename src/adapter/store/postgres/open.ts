import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { Client } from 'pg';
import { createCloseStack } from '../../../lib/close-stack.ts';
import type { WriteWebhookBody } from '../../../ports/webhook.ts';
import type { Store } from '../../../ports.ts';
import { StoreLockedError, StoreOpenError } from '../shared/open-error.ts';
import { waitWhileLocked } from '../shared/wait.ts';
import { openConnections } from './engine/connections.ts';
import { faultOf } from './engine/fault.ts';
import { countMigrations, migrationsFolder } from './engine/migrations.ts';
import { migrationLock, type NodeLock, takeNodeLock } from './engine/node-lock.ts';
import { openErrorOf } from './engine/open-fault.ts';
import { refuseSharedSessions } from './engine/pooler.ts';
import { openSession } from './engine/session.ts';
import { createPostgresStore } from './store.ts';

/** How to open a PostgreSQL store. */
export type PostgresStoreOptions = {
  readonly url: string;
  /** Makes ids that sort by time (UUIDv7). */
  readonly newId: () => string;
  /**
   * `alone`: the only node that serves. `among nodes`: one of several. `beside`: a command, on a migrated database. `before`: a command
   * that also migrates an empty database.
   */
  readonly role: 'alone' | 'among nodes' | 'beside' | 'before';
  /** How long to wait for a node that serves the database in another way; 0 by default. */
  readonly waitMs?: number;
  /** Receives sentences about waiting. */
  readonly warn?: (sentence: string) => void;
  /** Writes the bodies of webhooks; absent in a command, which has no events. */
  readonly writeBody?: WriteWebhookBody;
};

/** How long one statement of a migration may take. */
const migrationMs = 600_000;

/** How long a start waits for another process's migration. */
const migrationWaitMs = 120_000;

/** How long a start waits for a server that does not respond, before it fails with an error message. */
const connectMs = 4000;

/** How long a failed start waits for its connections to close. */
const closeTimeoutMs = 3000;

/**
 * Opens a PostgreSQL database as the store. Processes that serve migrate it first. Rejects with a StoreOpenError when it cannot, and when
 * another node serves the database alone.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, newId, role, waitMs = 0, warn, writeBody } = options;
  const opened = createCloseStack();
  try {
    await refuseSharedSessions(url, connectMs);
    const serves = role === 'alone' || role === 'among nodes';
    if (serves) await applyPending(url, warn);
    else if (!(await isMigrated(url, role === 'beside'))) await applyPending(url, warn);
    const lock = serves ? await takeNodeLockWithin(url, role === 'among nodes', waitMs, warn) : null;
    if (lock !== null) opened.push(() => lock.release());
    const connections = openConnections(url);
    opened.push(() => connections.close());
    const bodies = writeBody === undefined ? {} : { writeBody };
    return guarded(await createPostgresStore(connections, { newId, clock: 'database', ...bodies }), lock);
  } catch (error) {
    await opened.closeWithin(closeTimeoutMs);
    throw openErrorOf(faultOf(error), url);
  }
}

/**
 * Makes `ping`, `time` and `claimDue` reject while the node does not hold its lock. So it is not ready, says why in its log, and asks the
 * provider nothing: another node with a budget of its own may.
 */
function guarded(store: Store, lock: NodeLock | null): Store {
  if (lock === null) return store;
  return {
    ...store,
    async ping() {
      await lock.check();
      await store.ping();
    },
    // Each node calls this every few seconds. So a lost lock is soon taken again, or the log reports it.
    async time() {
      await lock.check();
      return store.time();
    },
    async claimDue(...order) {
      await lock.check();
      return store.claimDue(...order);
    },
    async close() {
      await store.close();
      await lock.release();
    },
  };
}

/** Whether the database is migrated. A command may migrate only an empty database, because nodes may serve any other. */
async function isMigrated(url: string, mustExist: boolean): Promise<boolean> {
  return withClient(url, async (client) => {
    const { applied, pending } = await countMigrations(drizzle(client));
    if (applied === 0 && !mustExist) return false;
    if (applied === 0)
      throw new StoreOpenError('The database is empty: set DATABASE_URL to the one that the gateway uses.');
    if (pending > 0)
      throw new StoreOpenError('The database is of an older version: start the gateway of this version first.');
    return true;
  });
}

/** Takes the lock of a node that serves. It waits while another one holds it, for `forMs` at most. */
export function takeNodeLockWithin(
  url: string,
  shared: boolean,
  forMs: number,
  report?: (sentence: string) => void,
): Promise<NodeLock> {
  return waitWhileLocked(() => takeNodeLock(url, shared), 'another Reelgate node to stop', { forMs, report });
}

/**
 * Applies the pending migrations in one transaction. When several processes start at once, one migrates and the others wait. Rejects
 * with a StoreLockedError if that takes more than two minutes.
 */
export async function applyPending(url: string, report?: (sentence: string) => void): Promise<void> {
  await withClient(url, async (client) => {
    const db = drizzle(client);
    const lock = () => takeMigrationLock(client);
    await waitWhileLocked(lock, 'another Reelgate process that upgrades the database', {
      forMs: migrationWaitMs,
      report,
    });
    if ((await countMigrations(db)).pending === 0) return;
    // Hides notices such as "schema already exists, skipping".
    await db.execute(sql`SET client_min_messages = warning`);
    await migrate(db, { migrationsFolder: migrationsFolder() });
  });
}

async function takeMigrationLock(client: Client): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock${migrationLock} AS taken`);
  if (rows[0]?.taken !== true)
    throw new StoreLockedError('Another Reelgate process upgrades the database: look into its log, then start again.');
}

/** Runs `use` on a connection of its own. Closing the connection releases its locks. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const limits = { statementMs: migrationMs, idleInTransactionMs: migrationMs };
  const client = await openSession(url, limits, { connectMs });
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
