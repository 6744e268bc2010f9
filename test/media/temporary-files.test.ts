import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createTemporaryFiles } from '../../src/adapter/media/temporary-files.ts';
import { BlobError, SourceError } from '../../src/ports/video.ts';
import { newFolder } from '../blob/world.ts';

it('a received stream is a file for this user alone, with its size and hash', async () => {
  const folder = newFolder();
  const bytes = randomBytes(500_000);
  const file = await createTemporaryFiles(folder).receive(Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]));
  expect(readFileSync(file.path).equals(bytes)).toBe(true);
  expect(file).toMatchObject({ byteSize: 500_000, sha256: createHash('sha256').update(bytes).digest('hex') });
  if (process.platform !== 'win32') expect((statSync(file.path).mode & 0o777).toString(8)).toBe('600');
});

it('a stream that fails leaves no file, and its failure is the source’s', async () => {
  const folder = newFolder();
  const body = Readable.from(
    (async function* () {
      yield randomBytes(1000);
      await Promise.resolve();
      throw new SourceError('unreachable', 'cut');
    })(),
  );
  await expect(createTemporaryFiles(folder).receive(body)).rejects.toThrow(SourceError);
  expect(readdirSync(folder)).toEqual([]);
  expect(body.destroyed).toBe(true);
});

it('a folder that is gone is the store’s failure, and the stream is closed', async () => {
  const body = Readable.from([randomBytes(1000)]);
  await expect(createTemporaryFiles('/nowhere/at/all').receive(body)).rejects.toThrow(BlobError);
  expect(body.destroyed).toBe(true);
});

it('a sweep removes what a crash has left, and nothing newer or of other programs', async () => {
  const folder = newFolder();
  const files = createTemporaryFiles(folder);
  const [old, poster, fresh] = [files.newPath('mp4'), files.newPath('jpg'), files.newPath('mp4')];
  const foreign = join(folder, 'notes.mp4');
  for (const path of [old, poster, fresh, foreign]) writeFileSync(path, '');
  for (const path of [old, poster, foreign]) utimesSync(path, 1000, 1000);
  expect(await files.sweep(2_000_000)).toBe(2);
  expect(readdirSync(folder).sort()).toEqual([fresh, foreign].map((path) => path.slice(folder.length + 1)).sort());
  expect(await files.sweep(2_000_000)).toBe(0);
});

it('a file that another program has written is sealed with its size and hash', async () => {
  const files = createTemporaryFiles(newFolder());
  const path = files.newPath('jpg');
  writeFileSync(path, 'poster');
  const sha256 = createHash('sha256').update('poster').digest('hex');
  expect(await files.seal(path)).toEqual({ path, byteSize: 6, sha256 });
  await files.remove(path);
  await files.remove(path);
});
