import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../../src/ports/video.ts';
import { bytesOf, namesIn, newName, put, read } from './world.ts';

/** Names that must never reach a file system or a bucket. */
const wrongNames = [
  '',
  '.',
  '..',
  '../secret.mp4',
  '/etc/passwd',
  'temporary',
  `${'a'.repeat(31)}.mp4`,
  `${'a'.repeat(33)}.mp4`,
  `${'A'.repeat(32)}.mp4`,
  `${'g'.repeat(32)}.mp4`,
  `${'a'.repeat(32)}`,
  `${'a'.repeat(32)}.mp4/..`,
  `${'a'.repeat(32)}.mp4\n`,
  `${'a'.repeat(32)}.mp4\0`,
  `../${'a'.repeat(32)}.mp4`,
  `${'a'.repeat(32)}.html`,
  `${'%2e'.repeat(2)}/${'a'.repeat(32)}.mp4`,
];

/** What every store that keeps files does. `open` makes an empty one, checked. `firstByteAlone`: whether its server can send that. */
export function blobContract(open: () => Promise<BlobStore>, { firstByteAlone } = { firstByteAlone: true }): void {
  describe('a store of videos', () => {
    it('returns the bytes that were put, and takes the file over', async () => {
      const store = await open();
      const name = newName();
      const bytes = randomBytes(300_000);
      const file = await put(store, name, bytes);
      expect(await read(store, name)).toEqual(bytes);
      expect(existsSync(file)).toBe(false);
    });

    it('opens ranges with both ends included, and says how large the whole is', async () => {
      const store = await open();
      const name = newName();
      const bytes = randomBytes(100_000);
      await put(store, name, bytes);
      for (const [start, end] of [
        [0, firstByteAlone ? 0 : 1],
        [0, 99_999],
        [99_999, 99_999],
        [10, 70_000],
      ] as const) {
        const found = await store.open(name, { start, end });
        expect(found?.byteSize).toBe(100_000);
        if (found !== null) expect((await bytesOf(found.stream)).equals(bytes.subarray(start, end + 1))).toBe(true);
      }
    });

    it('has null for a name that it does not hold', async () => {
      const store = await open();
      expect(await store.open(newName(), null)).toBeNull();
      expect(await store.open(newName(), { start: 0, end: 9 })).toBeNull();
    });

    it('puts a newer file in the place of an older one', async () => {
      const store = await open();
      const name = newName();
      await put(store, name, Buffer.from('older and longer'));
      await put(store, name, Buffer.from('newer'));
      expect(String(await read(store, name))).toBe('newer');
      expect(await namesIn(store)).toEqual([name]);
    });

    it('removes a file, and also one that is not there', async () => {
      const store = await open();
      const [kept, removed] = [newName(), newName('jpg')];
      await put(store, kept, Buffer.from('kept'));
      await put(store, removed, Buffer.from('removed'));
      await store.remove(removed);
      await store.remove(removed);
      expect(await read(store, removed)).toBeNull();
      expect(await namesIn(store)).toEqual([kept]);
    });

    it('lists all names with the time of their last change', async () => {
      const store = await open();
      const before = Date.now();
      const names = [newName(), newName(), newName('jpg')].sort();
      for (const name of names) await put(store, name, Buffer.from(name));
      expect(await namesIn(store)).toEqual(names);
      for await (const { changedAt } of store.list()) {
        // Stores keep whole seconds, and their clock is their own.
        expect(Math.abs(changedAt - before)).toBeLessThan(60_000);
      }
    });

    it('stops reading when a stream is destroyed, and can be read again', async () => {
      const store = await open();
      const name = newName();
      const bytes = randomBytes(2_000_000);
      await put(store, name, bytes);
      const found = await store.open(name, null);
      found?.stream.destroy();
      expect((await read(store, name))?.length).toBe(bytes.length);
    });

    it('leaves the file to its caller if it cannot be stored', async () => {
      const store = await open();
      await expect(
        store.put(newName(), '/nowhere/at/all.mp4', { contentType: 'video/mp4', byteSize: 1, sha256: 'a'.repeat(64) }),
      ).rejects.toThrow();
      expect(await namesIn(store)).toEqual([]);
    });

    it.each(wrongNames)('takes no other names than those of videos and posters: %j', async (name) => {
      const store = await open();
      const facts = { contentType: 'video/mp4', byteSize: 1, sha256: 'a'.repeat(64) };
      await expect(async () => store.put(name, '/tmp/file', facts)).rejects.toThrow(TypeError);
      await expect(async () => store.open(name, null)).rejects.toThrow(TypeError);
      await expect(async () => store.remove(name)).rejects.toThrow(TypeError);
      await expect(async () => store.linkOf(name, 60, null)).rejects.toThrow(TypeError);
    });
  });
}
