import { randomUUID } from 'node:crypto';
import { type FileHandle, open, opendir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { diskErrorOf, isAbsent } from '../../lib/disk-error.ts';
import { giveToFolderOwner, isOpenToOthers, makeFolder, ownFileMode } from '../../lib/file-modes.ts';
import { syncFolder } from '../../lib/sync-folder.ts';
import type { BlobEntry, BlobStore } from '../../ports/video.ts';
import { checkedName, isBlobName } from './name.ts';

/** What a store of files receives. */
export type FileStoreOptions = {
  /** Holds the files and a folder `temporary`. Relative paths start at the working directory. */
  readonly folder: string;
  /** Receives a warning for the operator. */
  readonly warn: (sentence: string) => void;
};

/**
 * Keeps files in a folder of this machine, each under its name. A file is renamed into place when it is complete and synced: a reader
 * never sees half of one, and one that is being read lives until its readers have closed it.
 */
export function createFileStore({ folder: given, warn }: FileStoreOptions): BlobStore {
  const folder = resolve(given);
  const temporaryFolder = join(folder, 'temporary');
  const pathOf = (name: string) => join(folder, checkedName(name));

  return {
    temporaryFolder,
    async check() {
      try {
        makeFolder(temporaryFolder);
        await probe(folder, temporaryFolder);
      } catch (error) {
        throw diskErrorOf(error, `Videos cannot be stored in ${folder}`);
      }
      if (isOpenToOthers(folder))
        warn(
          `Other users can list the videos in ${folder}: run chmod 700 on it. Whoever knows a name can play the video.`,
        );
    },
    async put(name, file) {
      const path = pathOf(name);
      try {
        giveToFolderOwner(file);
        await rename(file, path);
        await syncFolder(folder);
      } catch (error) {
        throw diskErrorOf(error, `${name} cannot be stored in ${folder}`);
      }
    },
    async open(name, range) {
      const path = pathOf(name);
      const handle = await open(path, 'r').catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw diskErrorOf(error, `${name} in ${folder} cannot be read`);
      });
      if (handle === null) return null;
      const byteSize = await sizeOf(handle);
      return { stream: handle.createReadStream(range ?? {}), byteSize };
    },
    linkOf: (name) => {
      checkedName(name);
      return Promise.resolve(null);
    },
    async remove(name) {
      const path = pathOf(name);
      try {
        await unlink(path);
        await syncFolder(folder);
      } catch (error) {
        if (!isAbsent(error)) throw diskErrorOf(error, `${name} cannot be removed from ${folder}`);
      }
    },
    list: () => entriesOf(folder),
    close: () => Promise.resolve(),
  };
}

/** Does with an empty file what `put` and `remove` do. */
async function probe(folder: string, temporaryFolder: string): Promise<void> {
  const name = `${randomUUID()}.probe`;
  await writeFile(join(temporaryFolder, name), '', { mode: ownFileMode });
  await rename(join(temporaryFolder, name), join(folder, name));
  await unlink(join(folder, name));
  await syncFolder(folder);
}

async function sizeOf(handle: FileHandle): Promise<number> {
  try {
    return (await handle.stat()).size;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* entriesOf(folder: string): AsyncGenerator<BlobEntry> {
  const entries = await opendir(folder).catch((error: unknown) => {
    throw diskErrorOf(error, `The videos in ${folder} cannot be listed`);
  });
  for await (const { name } of entries) {
    if (!isBlobName(name)) continue;
    const found = await stat(join(folder, name)).catch((error: unknown) => {
      if (isAbsent(error)) return null;
      throw diskErrorOf(error, `${name} in ${folder} cannot be read`);
    });
    // A restored backup keeps the old time of its content; the time of the name is that of the restore.
    if (found !== null) yield { name, changedAt: Math.max(found.mtimeMs, found.ctimeMs) };
  }
}
