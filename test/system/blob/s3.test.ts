import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openS3Store, type S3StoreOptions } from '../../../src/adapter/blob/s3.ts';
import { BlobError } from '../../../src/ports/video.ts';
import { blobContract } from '../../blob/contract.ts';
import { bytesOf, namesIn, newFolder, newName, put, read } from '../../blob/world.ts';
import { openTestS3, type TestS3 } from '../world/s3.ts';
import { openSignatureGate } from './signature-gate.ts';

const secret = 'theSecretOfTheTests/With+Signs=';

let s3: TestS3;
let gate: Awaited<ReturnType<typeof openSignatureGate>>;
let stores = 0;

beforeAll(async () => {
  s3 = await openTestS3();
  gate = await openSignatureGate(() => s3.endpoint, { [s3.key]: secret });
});

afterAll(async () => {
  await gate.close();
  await s3.close();
});

/** A store with a prefix of its own in the same bucket. */
function create(options: Partial<S3StoreOptions> = {}) {
  stores += 1;
  const store = openS3Store({
    endpoint: gate.endpoint,
    region: 'us-east-1',
    bucket: s3.bucket,
    prefix: `store-${stores}/deep`,
    accessKeyId: s3.key,
    secretAccessKey: secret,
    temporaryFolder: newFolder(),
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

async function open(options: Partial<S3StoreOptions> = {}) {
  const store = create(options);
  await store.check();
  return store;
}

/** The error of a promise that must reject with one of a store. */
async function errorOf(promise: Promise<unknown>): Promise<BlobError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BlobError)) throw new Error(`expected a BlobError, got ${String(error)}`);
  return error;
}

// s3rver takes `bytes=0-0` for the whole file.
blobContract(() => open(), { firstByteAlone: false });

describe('an S3 store', () => {
  it('leaves nothing behind after its check, and makes its temporary folder for this user alone', async () => {
    const temporaryFolder = `${newFolder()}/deep/down`;
    const store = await open({ temporaryFolder });
    expect(await namesIn(store)).toEqual([]);
    expect(readdirSync(temporaryFolder)).toEqual([]);
    expect((statSync(temporaryFolder).mode & 0o777).toString(8)).toBe('700');
  });

  it('keeps apart what has another prefix, and works without one', async () => {
    const [one, other, bare] = [await open(), await open(), await open({ prefix: '' })];
    const [first, second] = [newName(), newName()];
    await put(one, first, Buffer.from('one'));
    await put(bare, second, Buffer.from('bare'));
    expect(await namesIn(other)).toEqual([]);
    expect(await namesIn(bare)).toEqual([second]);
    expect(String(await read(one, first))).toBe('one');
  });

  it('makes links that everyone can read with ranges, until they expire', async () => {
    const store = await open();
    const name = newName();
    const bytes = randomBytes(50_000);
    await put(store, name, bytes);
    const link = (await store.linkOf(name, 60, null)) ?? '';
    const response = await request(link, { headers: { range: 'bytes=100-199' } });
    expect(response.statusCode).toBe(206);
    expect(response.headers).toMatchObject({ 'content-type': 'video/mp4' });
    expect((await bytesOf(response.body)).equals(bytes.subarray(100, 200))).toBe(true);
    expect(decodeURIComponent(link)).not.toContain(secret);
    expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('60');

    const changed = new URL(link);
    changed.searchParams.set('X-Amz-Expires', '600');
    const refused = await request(changed);
    await refused.body.dump();
    expect(refused.statusCode).toBe(403);
  });

  it('a link to save a video has its name, whatever characters it has', async () => {
    const store = await open();
    const name = newName();
    await put(store, name, Buffer.from('video'));
    const link = (await store.linkOf(name, 60, 'Ein Büro "heute" (neu).mp4')) ?? '';
    const response = await request(link);
    await response.body.dump();
    expect(response.headers['content-disposition']).toBe(
      `attachment; filename="Ein B_ro _heute_ (neu).mp4"; filename*=UTF-8''Ein%20B%C3%BCro%20%22heute%22%20%28neu%29.mp4`,
    );
  });

  it('stores files that are much larger than a chunk', async () => {
    const store = await open();
    const name = newName();
    const bytes = randomBytes(12_000_000);
    await put(store, name, bytes);
    expect((await read(store, name))?.equals(bytes)).toBe(true);
  });

  it('lists every name, however many pages they take', async () => {
    const store = await open();
    const names = Array.from({ length: 1001 }, () => newName());
    for (let from = 0; from < names.length; from += 50)
      await Promise.all(names.slice(from, from + 50).map((name) => put(store, name, Buffer.from('x'))));
    expect(await namesIn(store)).toEqual(names.sort());
  });

  it.each([
    ['an unknown key', { accessKeyId: 'AKIDUNKNOWN' }, 'refused', 'S3_ACCESS_KEY_ID'],
    ['a wrong secret', { secretAccessKey: 'notTheSecretOfThatKey' }, 'refused', 'S3_SECRET_ACCESS_KEY'],
    ['a bucket that is not there', { bucket: 'nothing-here' }, 'missing', 'no such bucket'],
  ] as const)('%s is told in a sentence without keys', async (_, options, kind, words) => {
    const error = await errorOf(create(options).check());
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^The store of videos at 127\.0\.0\.1:\d+, bucket .* refused a request: .*\.$/);
    for (const secret of ['AKIDUNKNOWN', 'notTheSecretOfThatKey']) expect(JSON.stringify(error)).not.toContain(secret);
  });

  it('also reads, puts and removes with a sentence when the keys are wrong', async () => {
    const store = create({ secretAccessKey: 'wrong' });
    expect((await errorOf(store.open(newName(), null))).kind).toBe('refused');
    expect((await errorOf(put(store, newName(), Buffer.from('video')))).kind).toBe('refused');
    expect((await errorOf(store.remove(newName()))).kind).toBe('refused');
    expect((await errorOf(namesIn(store))).kind).toBe('refused');
    // The file of a failed put is still its caller's.
    expect(readdirSync(store.temporaryFolder)).toHaveLength(1);
  });

  it('an outage is an error of the moment, and everything works afterwards', async () => {
    const store = await open();
    const name = newName();
    await put(store, name, Buffer.from('before'));
    await s3.kill();
    const attempts = [
      () => store.open(name, null),
      () => store.remove(name),
      () => namesIn(store),
      () => store.check(),
    ];
    for (const attempt of attempts) {
      const error = await errorOf(attempt());
      expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('did not respond') });
    }
    await errorOf(put(store, newName(), Buffer.from('meanwhile')));
    await s3.start();
    expect(String(await read(store, name))).toBe('before');
    await put(store, name, Buffer.from('after'));
    expect(String(await read(store, name))).toBe('after');
  });
});
