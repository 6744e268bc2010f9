import { expect, it } from 'vitest';
import { createNoStore } from '../../src/adapter/blob/none.ts';
import { namesIn, newName } from './world.ts';

it('the store of an installation that keeps no videos is empty, and says so to whoever puts one', async () => {
  const store = createNoStore({ temporaryFolder: '/nowhere' });
  const name = newName();
  await store.check();
  await expect(store.put(name, '/tmp/x.mp4', { contentType: 'video/mp4', byteSize: 1, sha256: '' })).rejects.toThrow(
    'MEDIA_STORE is none',
  );
  expect(await store.open(name, null)).toBeNull();
  expect(await store.linkOf(name, 60, null)).toBeNull();
  await store.remove(name);
  expect(await namesIn(store)).toEqual([]);
  await expect(store.open('../x', null)).rejects.toThrow(TypeError);
  await store.close();
});
