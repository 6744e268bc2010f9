import type { Database } from 'better-sqlite3';
import type { NotAPromise, Transact } from './transaction.ts';

/** Runs a callback a little later, once: when all that the present turn of the event loop brought has been asked for. */
export type Soon = (callback: () => void) => void;

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

/** What a verb that waits does: `run` throws only where the whole transaction is gone. */
type Verb = { readonly run: () => void; readonly answer: () => void; readonly fail: (error: unknown) => void };

/** How many verbs one transaction takes before sockets get their turn: a verb takes about 0.1 ms. */
const mostVerbs = 64;

/**
 * The disk is what a write costs: a transaction waits for it once, so those of one turn of the event loop share one. Each verb has a
 * savepoint of its own, so that one which throws undoes nothing but itself. BEGIN to COMMIT is one synchronous block: no read of this
 * connection sees what is not committed. Some errors, a full disk among them, end the transaction beneath all of them; then, as where
 * COMMIT fails, nothing of it happened, and every verb is told so.
 */
export function createGroupCommit(sqlite: Database, transact: Transact, soon: Soon): GroupCommit {
  const inSavepoint = sqlite.transaction((body: () => void) => body());
  let waiting: Verb[] = [];

  function runNext(): void {
    const group = waiting.slice(0, mostVerbs);
    waiting = waiting.slice(mostVerbs);
    if (waiting.length > 0) soon(runNext);
    if (group.length === 0) return;
    try {
      transact(() => {
        for (const verb of group) verb.run();
      });
    } catch (error) {
      for (const verb of group) verb.fail(error);
      return;
    }
    for (const verb of group) verb.answer();
  }

  return {
    write: <T>(body: () => NotAPromise<T>) =>
      new Promise<T>((resolve, reject) => {
        let answer: () => void = () => undefined;
        const run = () => {
          try {
            inSavepoint(() => {
              const result = body();
              answer = () => resolve(result);
            });
          } catch (error) {
            if (!sqlite.inTransaction) throw error;
            answer = () => reject(error);
          }
        };
        if (waiting.length === 0) soon(runNext);
        waiting.push({ run, answer: () => answer(), fail: reject });
      }),
    flush() {
      while (waiting.length > 0) runNext();
    },
  };
}
