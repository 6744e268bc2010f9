import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFileStore } from '../../src/adapter/blob/file.ts';
import { BlobError } from '../../src/ports/video.ts';
import { blobContract } from './contract.ts';
import { bytesOf, namesIn, newFolder, newName, put } from './world.ts';

function create(folder: string) {
  const warnings: string[] = [];
  return { warnings, store: createFileStore({ folder, warn: (sentence) => void warnings.push(sentence) }) };
}

async function openStore(folder = join(newFolder(), 'deep', 'videos')) {
  const { store, warnings } = create(folder);
  await store.check();
  return { store, warnings, folder };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

blobContract(async () => (await openStore()).store);

it.runIf(process.platform !== 'win32')('makes folders for this user alone, with any umask', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const { folder, store, warnings } = await openStore();
  expect([modeOf(folder), modeOf(join(folder, '..')), modeOf(store.temporaryFolder)]).toEqual(['700', '700', '700']);
  expect(readdirSync(folder)).toEqual(['temporary']);
  expect(warnings).toEqual([]);
});

it.runIf(process.platform !== 'win32')('warns about a folder of before that others can list', async () => {
  const folder = newFolder();
  chmodSync(folder, 0o755);
  const { warnings } = await openStore(folder);
  expect(warnings).toEqual([expect.stringContaining('run chmod 700 on it')]);
});

it.runIf(process.getuid?.() === 0)('what root stores belongs to the owner of the folder (needs root)', async () => {
  const parent = newFolder();
  chownSync(parent, 65_534, 65_534);
  const { store, folder } = await openStore(join(parent, 'videos'));
  const name = newName();
  await put(store, name, Buffer.from('video'));
  const owners = [folder, store.temporaryFolder, join(folder, name)].map((path) => statSync(path).uid);
  expect(owners).toEqual([65_534, 65_534, 65_534]);
});

it('lists nothing but videos and posters, and leaves other files alone', async () => {
  const { store, folder } = await openStore();
  writeFileSync(join(folder, 'notes.txt'), '');
  mkdirSync(join(folder, 'lost+found'));
  const name = newName();
  await put(store, name, Buffer.from('video'));
  expect(await namesIn(store)).toEqual([name]);
  expect(readdirSync(folder).sort()).toEqual([name, 'lost+found', 'notes.txt', 'temporary'].sort());
});

it('a file that is removed or replaced while it is read is read to its end', async () => {
  const { store } = await openStore();
  const name = newName();
  const bytes = Buffer.alloc(1_000_000, 'old');
  await put(store, name, bytes);
  const [first, second] = [await store.open(name, null), await store.open(name, null)];
  await put(store, name, Buffer.from('new'));
  if (first !== null) expect((await bytesOf(first.stream)).equals(bytes)).toBe(true);
  await store.remove(name);
  if (second !== null) expect((await bytesOf(second.stream)).equals(bytes)).toBe(true);
});

it('a restored backup counts as changed when it was restored, however old its content is', async () => {
  const { store, folder } = await openStore();
  const name = newName();
  writeFileSync(join(folder, name), 'restored');
  utimesSync(join(folder, name), 1, 1);
  for await (const { changedAt } of store.list()) expect(changedAt).toBeGreaterThan(Date.now() - 60_000);
});

it('says in a sentence why a folder cannot be used', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), '');
  const failure = await create(join(folder, 'file', 'videos'))
    .store.check()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BlobError);
  expect(failure).toMatchObject({
    kind: 'missing',
    message: expect.stringMatching(/^Videos cannot be stored in .*\.$/),
  });
});

it('says so if the folder has gone since the start', async () => {
  const { store, folder } = await openStore();
  const name = newName();
  rmSync(folder, { recursive: true });
  await expect(
    store.put(name, join(folder, 'x.mp4'), { contentType: 'video/mp4', byteSize: 1, sha256: '' }),
  ).rejects.toThrow(expect.objectContaining({ kind: 'missing' }));
  await expect(namesIn(store)).rejects.toThrow(expect.objectContaining({ kind: 'missing' }));
});
