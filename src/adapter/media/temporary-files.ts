import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, opendir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskErrorOf, isAbsent } from '../../lib/disk-error.ts';
import { ownFileMode } from '../../lib/file-modes.ts';
import { BlobError, type ByteStream, type ReceivedFile, SourceError, type TemporaryFiles } from '../../ports/video.ts';

/** The names that this file makes: only these are swept. */
const pattern = /^reelgate-[0-9a-f-]{36}\.[a-z0-9]{1,8}$/;

/** Temporary files in an existing folder, for this user alone. Several processes may share the folder. */
export function createTemporaryFiles(folder: string): TemporaryFiles {
  const newPath = (extension: string) => join(folder, `reelgate-${randomUUID()}.${extension}`);
  const fault = (error: unknown) => diskErrorOf(error, `A video cannot be written to ${folder}`);

  async function remove(path: string): Promise<void> {
    await unlink(path).catch((error: unknown) => {
      if (!isAbsent(error)) throw diskErrorOf(error, `${path} cannot be removed`);
    });
  }

  return {
    newPath,
    remove,
    async receive(body) {
      const path = newPath('mp4');
      try {
        const handle = await open(path, 'wx', ownFileMode);
        try {
          return { path, ...(await write(body, handle)) };
        } finally {
          await handle.close();
        }
      } catch (error) {
        body.destroy();
        await remove(path).catch(() => undefined);
        throw error instanceof SourceError || error instanceof BlobError ? error : fault(error);
      }
    },
    async seal(path) {
      try {
        const handle = await open(path, 'r+');
        try {
          await handle.sync();
        } finally {
          await handle.close();
        }
        return { path, ...(await measure(createReadStream(path))) };
      } catch (error) {
        throw fault(error);
      }
    },
    async sweep(changedBefore) {
      let removed = 0;
      for await (const { name } of await opendir(folder)) {
        const path = join(folder, name);
        if (!pattern.test(name) || (await changeOf(path)) >= changedBefore) continue;
        await remove(path);
        removed += 1;
      }
      return removed;
    },
  };
}

/** Writes a stream to a file and syncs it. The next chunk is read when the last one is written. */
async function write(body: ByteStream, handle: FileHandle): Promise<Omit<ReceivedFile, 'path'>> {
  const hash = createHash('sha256');
  let byteSize = 0;
  await writeFile(
    handle,
    (async function* () {
      for await (const chunk of body) {
        hash.update(chunk);
        byteSize += chunk.byteLength;
        yield chunk;
      }
    })(),
  );
  await handle.sync();
  return { byteSize, sha256: hash.digest('hex') };
}

async function measure(body: ByteStream): Promise<Omit<ReceivedFile, 'path'>> {
  const hash = createHash('sha256');
  let byteSize = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    byteSize += chunk.byteLength;
  }
  return { byteSize, sha256: hash.digest('hex') };
}

/** When a file was last changed; never, if it is gone. */
async function changeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found === null ? Number.POSITIVE_INFINITY : found.mtimeMs;
}
