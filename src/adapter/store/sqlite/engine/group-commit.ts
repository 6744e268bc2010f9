import type { Database } from 'better-sqlite3';
import type { NotAPromise, Transact } from './transaction.ts';

/** Schedules a callback for after the current turn of the event loop, when that turn's writes have been queued. */
export type AfterTurn = (callback: () => void) => void;

/** Groups the writes of one event-loop turn into shared transactions. */
export interface GroupCommit {
  /**
   * Queues a body for a transaction that it shares with the other writes of this turn; bodies run in the order of the calls. Fulfils
   * when its writes are on disk. Rejects, with none of its writes kept, when the body throws or the whole transaction fails.
   */
  write<T>(body: () => NotAPromise<T>): Promise<T>;
  /** Runs all pending writes at once. */
  flush(): void;
}

/** A queued write: its body, and the two ways to settle its promise. */
type PendingWrite = {
  readonly body: () => unknown;
  readonly fulfil: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  result?: unknown;
};

/** How many writes one transaction runs before sockets get their turn. A write takes about 0.1 ms. */
const maxWrites = 64;

function run(write: PendingWrite): void {
  write.result = write.body();
}

/**
 * Creates the group commit of a connection. Writing to the disk is the main cost, and each transaction waits for it once, so the writes of
 * one event-loop turn share a transaction.
 *
 *   queued --flush--> run all --COMMIT--> fulfil all
 *                        | one of several throws: ROLLBACK
 *                        v
 *                     run each in a savepoint --COMMIT--> fulfil, and reject those that threw
 *
 * Savepoints from the start would slow down every write, and hardly any throws. BEGIN to COMMIT is one synchronous block, so no read of
 * this connection sees uncommitted writes. When COMMIT fails, or an error such as a full disk ends the transaction, every write of the
 * group rejects and none is kept.
 */
export function createGroupCommit(sqlite: Database, transact: Transact, afterTurn: AfterTurn): GroupCommit {
  const inSavepoint = sqlite.transaction(run);
  let queue: PendingWrite[] = [];

  function runEach(group: readonly PendingWrite[]): ReadonlyMap<PendingWrite, unknown> {
    const failed = new Map<PendingWrite, unknown>();
    for (const write of group) {
      try {
        inSavepoint(write);
      } catch (error) {
        // The error ended the whole transaction: all writes are undone.
        if (!sqlite.inTransaction) throw error;
        failed.set(write, error);
      }
    }
    return failed;
  }

  /** Returns the writes that threw, with their errors; all others are on disk. Throws when none is. */
  function commit(group: readonly PendingWrite[]): ReadonlyMap<PendingWrite, unknown> {
    let ran = 0;
    try {
      transact(() => {
        for (const write of group) {
          run(write);
          ran += 1;
        }
      });
      return new Map();
    } catch (error) {
      // COMMIT itself failed, or there is no other write to save.
      if (ran === group.length || group.length === 1) throw error;
      return transact(() => runEach(group));
    }
  }

  function runNext(): void {
    const group = queue.slice(0, maxWrites);
    queue = queue.slice(maxWrites);
    if (queue.length > 0) afterTurn(runNext);
    if (group.length === 0) return;
    try {
      const failed = commit(group);
      for (const write of group) {
        if (failed.has(write)) write.reject(failed.get(write));
        else write.fulfil(write.result);
      }
    } catch (error) {
      for (const write of group) write.reject(error);
    }
  }

  return {
    write: <T>(body: () => NotAPromise<T>) =>
      new Promise<T>((resolve, reject) => {
        // `fulfil` is only called with the result of this body, which is a T.
        queue.push({ body, fulfil: resolve as PendingWrite['fulfil'], reject });
        if (queue.length === 1) afterTurn(runNext);
      }),
    flush() {
      while (queue.length > 0) runNext();
    },
  };
}
