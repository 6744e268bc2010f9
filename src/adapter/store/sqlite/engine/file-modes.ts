import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the operator is told of files that others could read. */
export type Warn = (sentence: string) => void;

// The database holds the secret that signs client tokens: whoever reads it can make one for anybody.
const ownFile = 0o600;

const ownFolder = 0o700;

const ofOthers = 0o077;

/** SQLite gives -wal and -shm the mode of the database. */
const suffixes = ['', '-wal', '-shm', '.lock'] as const;

/** Makes the folder of a database file where it is missing, for this user alone. Step by step, since Node's recursive form never ends where a file system takes no folders, as /proc. */
export function makeFolderOf(file: string): void {
  const folder = dirname(file);
  if (existsSync(folder)) return;
  makeFolderOf(folder);
  try {
    mkdirSync(folder, { mode: ownFolder });
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(folder)) throw error;
  }
}

/** Makes a file where it is missing, for this user alone. One that exists is not opened: closing it would give up the locks that this process has on it. */
export function makeOwnFile(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', ownFile));
}

/**
 * Takes from others what rights they have to the files of a database that is known to be ours: earlier versions made it readable for
 * everyone, and its operator may never look. A folder is left as it is, since it may hold more than ours. Both are told.
 */
export function keepToOurselves(file: string, warn: Warn): void {
  // Windows has no such rights.
  if (process.platform === 'win32') return;
  const open = suffixes.map((suffix) => `${file}${suffix}`).filter(isOpenToOthers);
  const left = open.filter((each) => !tighten(each));
  const once = 'The database holds the secret that signs client tokens';
  if (open.length > left.length)
    warn(`Others could read ${file}, and now cannot: its mode is 0600. ${once}; see "Files" in docs/security.md.`);
  if (left.length > 0) warn(`Others can read ${left.join(' and ')}: give it to this user alone (chmod 600). ${once}.`);
  const folder = dirname(file);
  if (isOpenToOthers(folder))
    warn(`Others can look into ${folder}, where the database is: chmod 700 closes it. ${once}.`);
}

function isOpenToOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & ofOthers) !== 0;
}

/** Whether it could be done: only its owner may. */
function tighten(file: string): boolean {
  try {
    chmodSync(file, ownFile);
  } catch {
    return false;
  }
  // Some file systems take every mode and keep their own.
  return !isOpenToOthers(file);
}
