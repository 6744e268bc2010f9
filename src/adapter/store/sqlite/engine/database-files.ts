import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { giveToFolderOwner, isOpenToOthers, ownFileMode } from '../../../../lib/file-modes.ts';

/** Receives a warning for the operator about files that other users can read. */
export type Warn = (sentence: string) => void;

// The database holds the secret that signs client tokens: anyone who reads it can make a token for any user.

/** SQLite gives -wal and -shm the mode of the database. */
const suffixes = ['', '-wal', '-shm', '.lock'] as const;

/** Creates a missing file, for this user alone. It never opens an existing one: closing it would drop this process's locks on it. */
export function makeOwnFile(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', ownFileMode));
}

/** Creates a missing file of a database, which belongs to the owner of its folder even if root makes it. */
export function makeDatabaseFile(file: string): void {
  if (existsSync(file)) return;
  makeOwnFile(file);
  giveToFolderOwner(file);
}

/**
 * Removes other users' rights to the files of our database, because earlier versions made them readable for everyone. It leaves the
 * folder as it is, because that may hold other files. It warns about both.
 */
export function keepToOurselves(file: string, warn: Warn): void {
  const open = suffixes.map((suffix) => `${file}${suffix}`).filter(isOpenToOthers);
  const left = open.filter((each) => !tighten(each));
  const reason = 'The database holds the secret that signs client tokens';
  if (open.length > left.length)
    warn(`Other users could read ${file}; its mode is now 0600. ${reason}; see "Files" in docs/security.md.`);
  if (left.length > 0) warn(`Other users can read ${left.join(' and ')}: run chmod 600 on it. ${reason}.`);
  const folder = dirname(file);
  if (isOpenToOthers(folder))
    warn(`Other users can read the folder of the database, ${folder}: run chmod 700 on it. ${reason}.`);
}

/** Sets a file's mode to 0600, and returns whether that worked: only the file's owner may. */
function tighten(file: string): boolean {
  try {
    chmodSync(file, ownFileMode);
  } catch {
    return false;
  }
  // Some file systems accept every mode and ignore it.
  return !isOpenToOthers(file);
}
