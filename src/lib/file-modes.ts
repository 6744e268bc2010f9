import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Receives a warning for the operator about files that other users can read. */
export type Warn = (sentence: string) => void;

// The database holds the secret that signs client tokens: anyone who reads it can make a token for any user.
const ownFileMode = 0o600;

const ownFolderMode = 0o700;

const othersMask = 0o077;

/** SQLite gives -wal and -shm the mode of the database. */
const suffixes = ['', '-wal', '-shm', '.lock'] as const;

/**
 * Creates the missing folders of a database file, for this user alone. It creates them one by one, because Node's recursive form never
 * ends on a file system that takes no folders, such as /proc.
 */
export function makeFolderOf(file: string): void {
  const folder = dirname(file);
  if (existsSync(folder)) return;
  makeFolderOf(folder);
  try {
    mkdirSync(folder, { mode: ownFolderMode });
  } catch (error) {
    // Another process may have created it first.
    if (!existsSync(folder)) throw error;
  }
}

/** Creates a missing file, for this user alone. It never opens an existing one: closing it would drop this process's locks on it. */
export function makeOwnFile(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', ownFileMode));
}

/**
 * Removes other users' rights to the files of our database, because earlier versions made them readable for everyone. It leaves the
 * folder as it is, because that may hold other files. It warns about both.
 */
export function keepToOurselves(file: string, warn: Warn): void {
  // Windows has no file modes.
  if (process.platform === 'win32') return;
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

function isOpenToOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & othersMask) !== 0;
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
