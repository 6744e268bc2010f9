import type { Client } from 'pg';
import { StoreLockedError } from '../../shared/open-error.ts';
import { nodeLimits, openSession } from './session.ts';

/**
 * The lock of a node that serves a database, held by its own connection. PostgreSQL frees it when that connection ends, or has been silent
 * for 15 s.
 *
 *   held --connection lost--> lost --check: free--> held
 *                               '--check: another node holds it--> lost, and `check` rejects
 */
export interface NodeLock {
  /** Takes a lost lock again. Rejects when it cannot, because another node may have taken it. */
  check(): Promise<void>;
  release(): Promise<void>;
}

// 'reel' in ASCII: the key space of our advisory locks, which no other program of the database should use.
const lockSpace = 0x72_65_65_6c;

const servingKey = 1;

/** How often a holder shows PostgreSQL that its node lives. */
const signEveryMs = 4000;

/** How long an attempt to take the lock waits for a connection. */
const connectMs = 10_000;

/** A holder waits 6 s for a response: these 4 s, and the 2 s that `openSession` adds. */
const holderLimits = { ...nodeLimits, statementMs: 4000 };

/**
 * After how much silence PostgreSQL ends the session of a lock. Its keepalives find a node that is gone; they do not if a proxy or pooler
 * in between hangs, or has not noticed yet, because its machine still responds to them.
 */
const silenceMs = 15_000;

/** The arguments of the advisory lock that a migration holds, so that several nodes can start at once. */
export const migrationLock = `(${lockSpace}, 2)`;

/**
 * Takes the lock of a node that serves: `shared` with other nodes, or exclusively. Rejects with a StoreLockedError when another node
 * holds it in the other way, because nodes without a common bell and budget must not serve together.
 */
export async function takeNodeLock(url: string, shared: boolean): Promise<NodeLock> {
  let holder = await tryLock(url, shared);
  if (holder === null) throw new StoreLockedError(refusalOf(shared));
  let taking: Promise<void> | null = null;

  async function takeAgain(): Promise<void> {
    await holder?.end();
    holder = await tryLock(url, shared);
    if (holder === null) throw new Error(refusalOf(shared));
  }

  return {
    async check() {
      if (taking === null && holder?.isAlive() === true) return;
      // Concurrent checks share one attempt; otherwise one would be refused because of the other's lock.
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
    : 'Another Reelgate node serves this database: to run several nodes, set the same REDIS_URL on each.';
}

type Holder = { readonly isAlive: () => boolean; readonly end: () => Promise<void> };

async function tryLock(url: string, shared: boolean): Promise<Holder | null> {
  const client = await openSession(url, holderLimits, { name: 'reelgate lock', connectMs });
  let alive = true;
  const lost = () => {
    alive = false;
  };
  client.on('error', lost);
  client.on('end', lost);
  const end = () => client.end().catch(() => undefined);
  try {
    const lock = shared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    const { rows } = await client.query<{ taken: boolean }>(
      `SELECT ${lock}(${lockSpace}, ${servingKey}) AS taken, set_config('idle_session_timeout', '${silenceMs}', false)`,
    );
    if (rows[0]?.taken === true) {
      const stop = showSigns(client, lost);
      return {
        isAlive: () => alive,
        end: () => {
          stop();
          return end();
        },
      };
    }
    await end();
    return null;
  } catch (error) {
    await end();
    throw error;
  }
}

/** Sends PostgreSQL a sign of life every few seconds. The first without a response closes the connection and calls `lost`. */
function showSigns(client: Client, lost: () => void): () => void {
  const timer = setInterval(() => {
    client.query('SELECT 1').catch(() => {
      clearInterval(timer);
      lost();
      // With a query on its way this closes the socket at once, and waits for nothing.
      void client.end().catch(() => undefined);
    });
  }, signEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
