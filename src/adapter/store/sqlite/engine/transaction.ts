import type { Database } from 'better-sqlite3';
import { isBusy } from './lock.ts';

/**
 * What the body of a transaction may return. A promise would settle after COMMIT: what its body writes after the first await is outside
 * any transaction, and better-sqlite3 can only find that out once it has happened.
 */
export type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

/** Runs a body as one transaction: when it returns, all of it is on disk; when it throws, nothing of it happened. */
export type Transact = <T>(body: () => NotAPromise<T>) => NotAPromise<T>;

/**
 * Transactions of a connection. IMMEDIATE, so that what a body reads cannot change before it writes. Waiting for another process that
 * holds the database stops all of this one, sockets too: so only the first waits, for the connection's busy_timeout, and those after it
 * are refused at once until one succeeds.
 */
export function createTransact(sqlite: Database): Transact {
  const patienceMs = Number(sqlite.pragma('busy_timeout', { simple: true }));
  let patient = true;
  const bePatient = (wanted: boolean) => {
    if (wanted === patient) return;
    patient = wanted;
    sqlite.pragma(`busy_timeout = ${wanted ? patienceMs : 0}`);
  };
  return (body) => {
    try {
      const result = sqlite.transaction(body).immediate();
      bePatient(true);
      return result;
    } catch (error) {
      if (isBusy(error)) bePatient(false);
      throw error;
    }
  };
}
