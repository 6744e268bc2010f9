import type { Database } from 'better-sqlite3';

/** Empties the write-ahead log, where the text of erased rows would stay until other writes cover it. */
export type Checkpoint = {
  /** Something is about to be erased. */
  readonly owe: () => void;
  /** Empties the log if something was erased since it was last empty. While another process reads, it stays owed. */
  readonly run: () => void;
};

/** The checkpoint of a connection. The first is owed, because the last process may have died before its own. */
export function createCheckpoint(sqlite: Database): Checkpoint {
  let isOwed = true;
  return {
    owe: () => {
      isOwed = true;
    },
    run: () => {
      if (!isOwed) return;
      const [result] = sqlite.pragma('wal_checkpoint(TRUNCATE)') as readonly { readonly busy: number }[];
      isOwed = result?.busy !== 0;
    },
  };
}
