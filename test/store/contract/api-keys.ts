import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../../src/domain/access.ts';
import type { StoredApiKey } from '../../../src/ports.ts';
import { first, keyOf, last, newId, type OpenDatabase, start } from './world.ts';

const shown = ({ secretHash: _, ...key }: StoredApiKey): ApiKey => key;

export function describeApiKeys(open: OpenDatabase): void {
  describe('API keys', () => {
    test.each<[string, Partial<StoredApiKey>]>([
      ['with everything', { scopes: ['jobs:read', 'jobs:write', 'credits:read', 'admin'], expiresAt: start + 1 }],
      ['with one scope and no end', { scopes: ['credits:read'], expiresAt: null }],
      ['for LIVE', { environment: 'LIVE' }],
      ['of a user with any name', { owner: '😀'.repeat(255) }],
    ])('are found as they were stored: %s', async (_, patch) => {
      const { store } = await open();
      const key = keyOf({ ...patch, secretHash: Uint8Array.from({ length: 32 }, (_, at) => 255 - at) });
      await store.createApiKey(key);
      const found = await store.findApiKey(key.id);
      expect({ ...found, secretHash: new Uint8Array(found?.secretHash ?? []) }).toEqual(key);
    });

    test('that do not exist give null from every method', async () => {
      const { store } = await open();
      const id = newId();
      expect(await store.findApiKey(id)).toBeNull();
      expect(await store.revokeApiKey(id, start)).toBeNull();
      await store.useApiKey(id, start);
      expect(await store.findApiKey(id)).toBeNull();
    });

    test('have unique ids', async () => {
      const { store } = await open();
      const key = keyOf();
      await store.createApiKey(key);
      await expect(store.createApiKey({ ...key, owner: 'eve' })).rejects.toThrow();
      expect(await store.findApiKey(key.id)).toMatchObject({ owner: 'ana' });
    });

    test('are listed newest first, by environment and optionally by user, without their hashes', async () => {
      const { store } = await open();
      const keys = [keyOf(), keyOf({ owner: 'bob' }), keyOf({ environment: 'LIVE' }), keyOf()];
      for (const key of keys) await store.createApiKey(key);
      const [one, bobs, live, two] = keys.map(shown);
      const all = { items: [two, bobs, one], hasPrevious: false, hasNext: false };
      expect(await store.listApiKeys('TEST', null, first(10))).toEqual(all);
      expect(await store.listApiKeys('TEST', 'ana', first(10))).toEqual({ ...all, items: [two, one] });
      expect(await store.listApiKeys('LIVE', 'ana', first(10))).toEqual({ ...all, items: [live] });
      expect(await store.listApiKeys('LIVE', 'bob', first(10))).toEqual({ ...all, items: [] });
      expect(await store.listApiKeys('TEST', null, first(1))).toEqual({ ...all, items: [two], hasNext: true });
      expect(await store.listApiKeys('TEST', null, first(5, two?.id ?? ''))).toEqual({
        items: [bobs, one],
        hasPrevious: true,
        hasNext: false,
      });
      expect(await store.listApiKeys('TEST', 'ana', last(1))).toEqual({ ...all, items: [one], hasPrevious: true });
    });

    test('keep their last use, which never moves backwards', async () => {
      const { store } = await open();
      const key = keyOf();
      await store.createApiKey(key);
      for (const [now, lastUsedAt] of [
        [start + 5, start + 5],
        [start + 4, start + 5],
        [start + 9, start + 9],
      ] as const) {
        await store.useApiKey(key.id, now);
        expect(await store.findApiKey(key.id)).toMatchObject({ lastUsedAt });
      }
    });

    test('are revoked once and permanently', async () => {
      const { store } = await open();
      const key = keyOf();
      await store.createApiKey(key);
      const revoked = { ...shown(key), revokedAt: start + 5 };
      expect(await store.revokeApiKey(key.id, start + 5)).toEqual(revoked);
      expect(await store.revokeApiKey(key.id, start + 9)).toEqual(revoked);
      expect(await store.findApiKey(key.id)).toMatchObject(revoked);
    });
  });
}
