import type { Database } from 'better-sqlite3';
import { isBusy } from './lock.ts';

/**
 * The result of a transaction's body, which must be synchronous. An async body would run on after COMMIT, and its writes after the first
 * await would be outside the transaction.
 */
export type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

/** Runs a body in one transaction. When it returns, all its writes are on disk; when it throws, none are. */
export type Transact = <T>(body: () => NotAPromise<T>) => NotAPromise<T>;

/**
 * Creates the transactions of a connection. They are IMMEDIATE, so that no other process changes what a body reads before it writes.
 * Waiting for another process's lock blocks the event loop. So only the first transaction waits, for the connection's busy_timeout;
 * the ones after it fail at once until one succeeds.
 */
export function createTransact(sqlite: Database): Transact {
  const busyTimeoutMs = Number(sqlite.pragma('busy_timeout', { simple: true }));
  let waits = true;
  const setWaits = (wanted: boolean) => {
    if (wanted === waits) return;
    waits = wanted;
    sqlite.pragma(`busy_timeout = ${wanted ? busyTimeoutMs : 0}`);
  };
  return (body) => {
    try {
      const result = sqlite.transaction(body).immediate();
      setWaits(true);
      return result;
    } catch (error) {
      if (isBusy(error)) setWaits(false);
      throw error;
    }
  };
}
