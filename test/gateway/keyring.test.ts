import { describe, expect, it } from 'vitest';
import { readKeyText, secretHashOf } from '../../src/credential/api-key.ts';
import { createClientTokens } from '../../src/credential/client-token.ts';
import { createKeyring } from '../../src/gateway/credentials.ts';
import { first } from '../store/contract/world.ts';
import { openInMemory } from '../store/sqlite-world.ts';
import { createManualClock } from '../world/clock.ts';

async function open() {
  const { store } = await openInMemory();
  const clock = createManualClock();
  return { store, clock, keyring: createKeyring({ store, clock }) };
}

const test = { environment: 'TEST' } as const;

const live = { environment: 'LIVE' } as const;

describe('a key', () => {
  it('is created with all its limits, and its text is returned once', async () => {
    const { store, clock, keyring } = await open();
    const created = await keyring.createApiKey(test, { userId: 'ada' });
    if ('kind' in created) throw new Error(created.message);
    const { apiKey, secret } = created;
    expect(apiKey).toMatchObject({
      owner: 'ada',
      scopes: ['jobs:read', 'jobs:write', 'credits:read'],
      expiresAt: null,
    });
    expect(apiKey.createdAt).toBe(clock.now());
    const shown = readKeyText(secret);
    const kept = await store.findApiKey(apiKey.id);
    expect(shown).toMatchObject({ environment: 'TEST', id: apiKey.id });
    expect(Buffer.from(kept?.secretHash ?? [])).toEqual(secretHashOf(shown?.secret ?? new Uint8Array()));
    expect(await keyring.apiKeys(test, 'ada', first(5))).toMatchObject({ items: [apiKey] });
    expect(await keyring.apiKeys(live, null, first(5))).toMatchObject({ items: [] });
  });

  it.each([
    [{ userId: '' }, ['userId']],
    [{ userId: 'a\nb' }, ['userId']],
    [{ userId: 'ada', scopes: [] }, ['scopes']],
    [{ userId: 'ada', expiresAt: 1 }, ['expiresAt']],
  ])('cannot be created for %j', async (request, path) => {
    const { store, keyring } = await open();
    expect(await keyring.createApiKey(test, request)).toMatchObject({ kind: 'invalidInput', issues: [{ path }] });
    expect(await store.listApiKeys('TEST', null, first(5))).toMatchObject({ items: [] });
  });

  it('is revoked in its own environment only; in the other it looks missing', async () => {
    const { store, clock, keyring } = await open();
    const created = await keyring.createApiKey(test, { userId: 'ada' });
    if ('kind' in created) throw new Error(created.message);
    const { id } = created.apiKey;
    expect(await keyring.revokeApiKey(live, id)).toEqual(await keyring.revokeApiKey(live, 'missing'));
    expect(await store.findApiKey(id)).toMatchObject({ revokedAt: null });
    expect(await keyring.revokeApiKey(test, id)).toMatchObject({ revokedAt: clock.now() });
  });
});

describe('a client token', () => {
  it('is valid for 15 minutes by default, without limits of its own', async () => {
    const { store, clock, keyring } = await open();
    const created = await keyring.createClientToken(live, { userId: 'ada', scopes: ['jobs:read'] });
    if ('kind' in created) throw new Error(created.message);
    expect(created.expiresAt).toBe(clock.now() + 900_000);
    expect(createClientTokens(await store.secret()).read(created.token)).toMatchObject({
      userId: 'ada',
      environment: 'LIVE',
      scopes: ['jobs:read'],
      jobIds: null,
      maxCredits: null,
      expiresAt: created.expiresAt,
    });
  });

  it.each([
    [{ userId: '' }, ['userId']],
    [{ scopes: [] }, ['scopes']],
    [{ scopes: ['jobs:read', 'admin'] as const }, ['scopes']],
    [{ ttlSeconds: 0 }, ['ttlSeconds']],
    [{ ttlSeconds: 86_401 }, ['ttlSeconds']],
    [{ jobIds: Array.from({ length: 101 }, () => 'x') }, ['jobIds']],
    [{ maxCredits: -1 }, ['maxCredits']],
  ])('cannot be created for %j', async (patch, path) => {
    const { keyring } = await open();
    const created = keyring.createClientToken(test, { userId: 'ada', scopes: ['jobs:read'], ...patch });
    expect(await created).toMatchObject({ kind: 'invalidInput', issues: [{ path }] });
  });

  it('of the longest kind still fits into a header', async () => {
    const { clock, keyring } = await open();
    const created = await keyring.createClientToken(test, {
      userId: '😀'.repeat(255),
      scopes: ['jobs:read', 'jobs:write', 'credits:read'],
      jobIds: Array.from({ length: 100 }, () => clock.newId()),
      maxCredits: 2 ** 31 - 1,
    });
    expect('token' in created && created.token.length).toBeLessThan(8192);
  });
});
