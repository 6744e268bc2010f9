import { existsSync, lchownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The mode of our files: for this user alone. */
export const ownFileMode = 0o600;

const ownFolderMode = 0o700;

const othersMask = 0o077;

/**
 * Creates a folder and its missing parents, for this user alone, or for the owner of the folder around them if this is root. It creates
 * them one by one, because Node's recursive form never ends on a file system that takes no folders, such as /proc.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: ownFolderMode });
    giveToFolderOwner(folder);
  } catch (error) {
    // Another process may have created it first.
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Gives a file or folder that this process has just made to the owner of the folder around it, if this is root. Otherwise a command that
 * root runs would leave files that the gateway's own user cannot open.
 */
export function giveToFolderOwner(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  if (uid === 0) return;
  try {
    lchownSync(path, uid, gid);
  } catch {
    // A container may take this right from root, and some file systems have no owners.
  }
}

/** Whether other users have any right to a file or folder; false if there is none. Windows has no file modes. */
export function isOpenToOthers(path: string): boolean {
  if (process.platform === 'win32') return false;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & othersMask) !== 0;
}
