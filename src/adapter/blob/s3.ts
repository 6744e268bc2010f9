import { open, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachmentOf } from '../../lib/content-disposition.ts';
import { diskErrorOf } from '../../lib/disk-error.ts';
import { makeFolder, ownFileMode } from '../../lib/file-modes.ts';
import type { BlobEntry, BlobFacts, BlobStore } from '../../ports/video.ts';
import { checkedName, isBlobName } from './name.ts';
import { openS3Client, type S3Place } from './s3-client.ts';
import { readListing } from './s3-listing.ts';

/** What an S3 store receives. */
export type S3StoreOptions = S3Place & {
  /** What comes before each name, without slashes at its ends; '' for none. */
  readonly prefix: string;
  /** The absolute path of a folder of this machine. */
  readonly temporaryFolder: string;
};

/** Probes are posters of nobody: if a crash leaves one, the sweep of stray files removes it. */
const probeName = `${'0'.repeat(32)}.jpg`;

/** SHA-256 of nothing. */
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Keeps files in a bucket of S3, or of a service that speaks its protocol, each under `prefix/name`. */
export function openS3Store(options: S3StoreOptions): BlobStore {
  const { temporaryFolder } = options;
  const client = openS3Client(options);
  const folder = options.prefix === '' ? '' : `${options.prefix}/`;
  const keyOf = (name: string) => `${folder}${checkedName(name)}`;

  async function upload(name: string, file: string, { contentType, byteSize, sha256 }: BlobFacts): Promise<void> {
    const headers = {
      'content-type': contentType,
      'content-length': String(byteSize),
      'x-amz-content-sha256': sha256,
      'x-amz-meta-sha256': sha256,
    };
    const key = keyOf(name);
    const handle = await open(file).catch((error: unknown) => {
      throw diskErrorOf(error, `${name} cannot be read from ${temporaryFolder}`);
    });
    try {
      await client.send('PUT', key, { headers, body: handle.createReadStream({ autoClose: false }) });
    } finally {
      await handle.close();
    }
  }

  async function remove(name: string): Promise<void> {
    await client.send('DELETE', keyOf(name));
  }

  async function* list(): AsyncGenerator<BlobEntry> {
    let from: string | null = null;
    do {
      const query: Record<string, string> = { 'list-type': '2', prefix: folder };
      if (from !== null) query['continuation-token'] = from;
      const { entries, next } = readListing(await client.readText('', query));
      for (const { key, changedAt } of entries) {
        const name = key.slice(folder.length);
        if (key.startsWith(folder) && isBlobName(name)) yield { name, changedAt };
      }
      from = next;
    } while (from !== null);
  }

  return {
    temporaryFolder,
    async check() {
      const probe = join(temporaryFolder, probeName);
      try {
        makeFolder(temporaryFolder);
        await writeFile(probe, '', { mode: ownFileMode });
      } catch (error) {
        throw diskErrorOf(error, `Videos cannot be received in ${temporaryFolder}`);
      }
      await client.readText('', { 'list-type': '2', prefix: folder, 'max-keys': '1' });
      await upload(probeName, probe, { contentType: 'image/jpeg', byteSize: 0, sha256: emptySha256 });
      await remove(probeName);
      await unlink(probe);
    },
    async put(name, file, facts) {
      await upload(name, file, facts);
      await unlink(file);
    },
    async open(name, range) {
      const headers = range === null ? {} : { range: `bytes=${range.start}-${range.end}` };
      const response = await client.send('GET', keyOf(name), { headers });
      if (response === null) return null;
      const { 'content-range': part, 'content-length': length } = response.headers;
      const whole = typeof part === 'string' ? part.split('/')[1] : length;
      // A body that is destroyed also emits an error, which is nobody's news.
      response.body.on('error', () => undefined);
      return { stream: response.body, byteSize: Number(whole) };
    },
    linkOf: (name, seconds, download) =>
      client.linkOf(
        keyOf(name),
        seconds,
        download === null ? {} : { 'response-content-disposition': attachmentOf(download) },
      ),
    remove,
    list,
    close: () => client.close(),
  };
}
