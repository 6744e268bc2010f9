import { Client } from 'pg';
import { StoreOpenError } from '../../shared/open-error.ts';
import { connectionOptions } from './connections.ts';

/** The right to serve a database, held by a connection of its own: PostgreSQL frees it when that ends, however the node does. */
export interface NodeLock {
  /** Rejects while the right is not held: the connection was lost, and another node may have come in between. Asking tries to take it again. */
  check(): Promise<void>;
  release(): Promise<void>;
}

// 'reel' in ASCII, so that no other program of the database uses the same.
const ourLocks = 0x72_65_65_6c;

const serving = 1;

/** Held for the time of a migration, so that many nodes may start at once. */
export const migrating = `(${ourLocks}, 2)`;

/**
 * Takes the right to serve: with others that share the load (`shared`), or alone. Rejects with a StoreOpenError where the two would
 * meet: nodes without a common bell and budget would each believe to be the only one.
 */
export async function takeNodeLock(url: string, shared: boolean): Promise<NodeLock> {
  let holder = await tryLock(url, shared);
  if (holder === null) throw new StoreOpenError(refusalOf(shared));
  let taking: Promise<void> | null = null;

  async function takeAgain(): Promise<void> {
    await holder?.end();
    holder = await tryLock(url, shared);
    if (holder === null) throw new Error(refusalOf(shared));
  }

  return {
    async check() {
      if (taking === null && holder?.isAlive() === true) return;
      // Of two that tried at once, one would be refused for what the other has just taken.
      taking ??= takeAgain().finally(() => {
        taking = null;
      });
      await taking;
    },
    async release() {
      await taking?.catch(() => undefined);
      await holder?.end();
    },
  };
}

function refusalOf(shared: boolean): string {
  return shared
    ? 'A Reelgate node that was started without REDIS_URL serves this database alone: stop it, and start it with REDIS_URL.'
    : 'Another Reelgate node serves this database: more than one need REDIS_URL, the same on each.';
}

type Holder = { readonly isAlive: () => boolean; readonly end: () => Promise<void> };

async function tryLock(url: string, shared: boolean): Promise<Holder | null> {
  const client = new Client({ ...connectionOptions(url), application_name: 'reelgate lock' });
  let alive = true;
  const lost = () => {
    alive = false;
  };
  client.on('error', lost);
  client.on('end', lost);
  const end = () => client.end().catch(() => undefined);
  try {
    await client.connect();
    const lock = shared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    const { rows } = await client.query<{ taken: boolean }>(`SELECT ${lock}(${ourLocks}, ${serving}) AS taken`);
    if (rows[0]?.taken === true) return { isAlive: () => alive, end };
    await end();
    return null;
  } catch (error) {
    await end();
    throw error;
  }
}
