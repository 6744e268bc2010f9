import type { Database } from 'better-sqlite3';
import type { NotAPromise, Transact } from './transaction.ts';

/** Runs a callback a little later, once: when all that the present turn of the event loop brought has been asked for. */
export type AfterCommit = (callback: () => void) => void;

/** Writing that shares its transactions. */
export interface GroupCommit {
  /**
   * Runs a body soon, in a transaction shared with whatever else is written in this turn, in the order of asking. Fulfils when all of it
   * is on disk; rejects, with nothing of it done, where the body throws or the transaction as a whole fails.
   */
  write<T>(body: () => NotAPromise<T>): Promise<T>;
  /** Runs at once what waits. */
  flush(): void;
}

/** A verb that waits: what it does, and who is told what came of it. */
type PendingWrite = {
  readonly body: () => unknown;
  readonly fulfil: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  result?: unknown;
};

/** How many verbs one transaction takes before sockets get their turn: a verb takes about 0.1 ms. */
const mostVerbs = 64;

function run(verb: PendingWrite): void {
  verb.result = verb.body();
}

/**
 * The disk is what a write costs: a transaction waits for it once, so those of one turn of the event loop share one. A verb that throws
 * undoes nothing but itself: where one of several does, all are undone and run again, each in a savepoint of its own. (Savepoints from the
 * start would cost every verb; hardly any throws.) BEGIN to COMMIT is one synchronous block: no read of this connection sees
 * what is not committed. Some errors, a full disk among them, end the transaction beneath all of them; then, as where COMMIT fails, nothing
 * of it happened, and every verb is told so.
 */
export function createGroupCommit(sqlite: Database, transact: Transact, afterCommit: AfterCommit): GroupCommit {
  const inSavepoint = sqlite.transaction(run);
  let waiting: PendingWrite[] = [];

  function runEach(group: readonly PendingWrite[]): ReadonlyMap<PendingWrite, unknown> {
    const failed = new Map<PendingWrite, unknown>();
    for (const verb of group) {
      try {
        inSavepoint(verb);
      } catch (error) {
        // With the transaction gone beneath it all is undone.
        if (!sqlite.inTransaction) throw error;
        failed.set(verb, error);
      }
    }
    return failed;
  }

  /** Those that threw, with what they did; all others are on disk. Throws where that is none of them. */
  function commit(group: readonly PendingWrite[]): ReadonlyMap<PendingWrite, unknown> {
    let ran = 0;
    try {
      transact(() => {
        for (const verb of group) {
          run(verb);
          ran += 1;
        }
      });
      return new Map();
    } catch (error) {
      // It was not one of several.
      if (ran === group.length || group.length === 1) throw error;
      return transact(() => runEach(group));
    }
  }

  function runNext(): void {
    const group = waiting.slice(0, mostVerbs);
    waiting = waiting.slice(mostVerbs);
    if (waiting.length > 0) afterCommit(runNext);
    if (group.length === 0) return;
    try {
      const failed = commit(group);
      for (const verb of group) {
        if (failed.has(verb)) verb.reject(failed.get(verb));
        else verb.fulfil(verb.result);
      }
    } catch (error) {
      for (const verb of group) verb.reject(error);
    }
  }

  return {
    write: <T>(body: () => NotAPromise<T>) =>
      new Promise<T>((resolve, reject) => {
        // What the promise is fulfilled with is what its own body gave.
        waiting.push({ body, fulfil: resolve as PendingWrite['fulfil'], reject });
        if (waiting.length === 1) afterCommit(runNext);
      }),
    flush() {
      while (waiting.length > 0) runNext();
    },
  };
}
