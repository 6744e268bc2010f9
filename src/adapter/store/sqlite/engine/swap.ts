import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { publish, syncPath } from './own-copy.ts';

// A restore replaces several files: the database and its write-ahead log, which must never meet the other database. So it is a journal of
// its own: once `FILE.restored` exists, the restore is decided, and whoever takes the lock next finishes it.
//
//   FILE.restoring --checked, renamed--> FILE.restored --old files moved away--> FILE
//         '-- crash: the old database stays       '-- crash: the next start or restore goes on here

const suffix = '.restored';

/** Where a restore prepares the new database. */
export function preparedFileOf(file: string): string {
  return `${file}.restoring`;
}

/** Whether a restore was decided and not finished. */
export function isSwapPending(file: string): boolean {
  return existsSync(`${file}${suffix}`);
}

/** Decides a restore: from now on the prepared database is the one. The caller holds the lock. */
export function decideSwap(file: string): void {
  publish(preparedFileOf(file), `${file}${suffix}`);
}

/**
 * Puts the restored database in its place, and keeps the old one under another name, which it returns; null if there was no old one. The
 * caller holds the lock. After a crash it can be called again: each step is done once.
 */
export function finishSwap(file: string): string | null {
  const kept = keptNameOf(file);
  for (const step of swapSteps(file)) step();
  return existsSync(kept) ? kept : null;
}

/** The steps of `finishSwap`, each of which a crash may follow. */
export function swapSteps(file: string): readonly (() => void)[] {
  const kept = keptNameOf(file);
  const keep = (side: string) => () => {
    if (existsSync(`${file}${side}`) && !existsSync(kept)) renameSync(`${file}${side}`, `${kept}${side}`);
  };
  return [
    // The logs go first: without them the old database still opens, and with them the new one would be damaged.
    keep('-wal'),
    keep('-journal'),
    () => rmSync(`${file}-shm`, { force: true }),
    () => syncPath(dirname(file)),
    () => {
      if (isFilled(file) && !existsSync(kept)) renameSync(file, kept);
    },
    () => {
      // A start that died here has created an empty database.
      for (const side of ['-wal', '-journal', '-shm']) rmSync(`${file}${side}`, { force: true });
    },
    () => renameSync(`${file}${suffix}`, file),
    () => syncPath(dirname(file)),
  ];
}

/** The name of the replaced database: `reelgate.db.replaced-20261129T211500123Z`. It is the same after a crash. */
function keptNameOf(file: string): string {
  const at = new Date(Math.floor(statSync(`${file}${suffix}`).mtimeMs));
  return `${file}.replaced-${at.toISOString().replace(/[-:.]/g, '')}`;
}

function isFilled(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
