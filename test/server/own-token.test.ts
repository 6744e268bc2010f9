import { describe, expect, it } from 'vitest';
import { keyNameOf, keyTextOf, newSecret, secretHashOf } from '../../src/credential/api-key.ts';
import { type ClientToken, createClientTokens } from '../../src/credential/client-token.ts';
import type { StoredApiKey } from '../../src/ports.ts';
import { createVerifier, type Identity } from '../../src/server/auth/identity.ts';
import type { Credentials } from '../../src/server/auth/issued-token.ts';
import { keyOf, newId } from '../store/contract/world.ts';
import { createManualClock } from '../world/clock.ts';
import { silent } from './signing.ts';
import { tokens } from './world.ts';

const minute = 60_000;

/** A stored key, the header that its holder sends, and the check for it. */
function openKey(patch: Partial<StoredApiKey> = {}, identity: Identity = { ...tokens, liveEnabled: true }) {
  const clock = createManualClock();
  const secret = newSecret();
  const key = keyOf({ createdAt: clock.now(), secretHash: secretHashOf(secret), ...patch });
  const world = { key, uses: [] as number[], fault: null as Error | null };
  const credentials: Credentials = {
    findApiKey: async (id) => (id === key.id ? { ...world.key, lastUsedAt: world.uses.at(-1) ?? null } : null),
    async useApiKey(_id, now) {
      if (world.fault !== null) throw world.fault;
      world.uses.push(now);
    },
    secret: async () => new Uint8Array(32).fill(9),
  };
  const { verify } = createVerifier(identity, { clock, log: silent, credentials });
  const text = keyTextOf({ ...key, secret });
  return Object.assign(world, {
    clock,
    secret,
    text,
    verify: (shown = text) => verify(`Bearer ${shown}`),
    credentials,
  });
}

describe('an API key', () => {
  it('names its user, environment and scopes; admin only if it has that role', async () => {
    const access = { jobIds: null, spending: null };
    const plain = openKey({ scopes: ['jobs:read'] });
    const credential = `key ${keyNameOf(plain.key)}`;
    expect(plain.text).toMatch(/^sk_test_[0-9a-f]{32}_[\w-]{43}$/);
    expect(await plain.verify()).toEqual({
      kind: 'known',
      viewer: {
        userId: 'ana',
        environment: 'TEST',
        roles: [],
        credential,
        access: { ...access, scopes: ['jobs:read'] },
        apiKeyId: plain.key.id,
      },
      expiresAt: null,
    });
    const admin = openKey({ scopes: ['admin'], environment: 'LIVE' });
    expect(admin.text).toMatch(/^sk_live_/);
    expect(await admin.verify()).toMatchObject({ viewer: { environment: 'LIVE', roles: ['admin'] } });
  });

  it('works beside demo mode, which accepts no other credential', async () => {
    const { verify } = openKey({}, { kind: 'demo', liveEnabled: false });
    expect(await verify()).toMatchObject({ kind: 'known', viewer: { userId: 'ana' } });
    expect(await verify('whatever')).toMatchObject({ kind: 'invalid', message: expect.stringContaining('Demo mode') });
    expect(await verify('sk_nonsense')).toMatchObject({ kind: 'invalid' });
  });

  it.each<[string, (key: ReturnType<typeof openKey>) => string]>([
    ['another secret', ({ key }) => keyTextOf({ ...key, secret: newSecret() })],
    ['the id of no key', ({ secret }) => keyTextOf({ environment: 'TEST', id: newId(), secret })],
    ['the other environment', ({ key, secret }) => keyTextOf({ ...key, environment: 'LIVE', secret })],
    ['its name alone', ({ key }) => keyNameOf(key)],
    ['a hash for a secret', ({ key }) => keyTextOf({ ...key, secret: Buffer.from(key.secretHash) })],
    ['a letter less', ({ text }) => text.slice(0, -1)],
    ['a letter more', ({ text }) => `${text}A`],
    ['its last letter spelt otherwise', ({ text }) => text.slice(0, -1) + next(text.slice(-1))],
    ['capitals', ({ text }) => text.toUpperCase()],
    ['an unknown prefix', ({ text }) => text.replace('sk_test_', 'sk_prod_')],
  ])('is refused with %s', async (_, forge) => {
    const key = openKey();
    expect(await key.verify(forge(key))).toMatchObject({
      kind: 'invalid',
      message: forge(key).startsWith('SK') ? 'The token is not valid here.' : 'The key is not valid here.',
    });
    expect(key.uses).toEqual([]);
  });

  it('is refused once revoked or expired', async () => {
    const revoked = openKey({ revokedAt: 1 });
    expect(await revoked.verify()).toEqual({ kind: 'invalid', message: 'The key has been revoked.' });
    const now = createManualClock().now();
    const ending = openKey({ createdAt: now - minute, expiresAt: now + minute });
    expect(await ending.verify()).toMatchObject({ kind: 'known', expiresAt: now + minute });
    await ending.clock.advance(minute - 1);
    expect(await ending.verify()).toMatchObject({ kind: 'known' });
    await ending.clock.advance(1);
    expect(await ending.verify()).toEqual({ kind: 'invalid', message: 'The key has expired.' });
    expect([revoked.uses, ending.uses]).toEqual([[], [now]]);
  });

  it('for LIVE is forbidden without a provider key', async () => {
    expect(await openKey({ environment: 'LIVE' }, tokens).verify()).toMatchObject({ kind: 'forbidden' });
  });

  it('records its use about once a minute, and works even if that cannot be recorded', async () => {
    const key = openKey();
    const began = key.clock.now();
    for (let second = 0; second < 150; second += 1) {
      await key.verify();
      await key.clock.advance(1000);
    }
    expect(key.uses).toEqual([began, began + minute, began + 2 * minute]);
    key.fault = new Error('disk full');
    await key.clock.advance(minute);
    expect(await key.verify()).toMatchObject({ kind: 'known' });
  });

  it('cannot be checked while the database does not respond, which is not reported as a bad key', async () => {
    const { text, clock } = openKey();
    const fail = () => Promise.reject(new Error('gone'));
    const credentials = { findApiKey: fail, useApiKey: fail, secret: fail };
    const { verify } = createVerifier(tokens, { clock, log: silent, credentials });
    expect(await verify(`Bearer ${text}`)).toMatchObject({ kind: 'unavailable' });
    expect(await verify('Bearer ct_e30.AAAA')).toMatchObject({ kind: 'unavailable' });
  });

  it('is valid nowhere if no keys are stored', async () => {
    const { verify } = createVerifier(tokens, { clock: createManualClock(), log: silent });
    for (const text of [openKey().text, 'ct_e30.AAAA']) {
      expect(await verify(`Bearer ${text}`)).toMatchObject({ kind: 'invalid' });
    }
  });
});

/** The next character of base64url: it differs only in the bits that 32 bytes leave unused. */
function next(frame: string): string {
  const frames = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return frames[frames.indexOf(frame) + 1] ?? 'A';
}

describe('a client token', () => {
  const secret = new Uint8Array(32).fill(9);
  const said = (patch: Partial<ClientToken> = {}): ClientToken => ({
    id: 't1',
    userId: 'ada',
    environment: 'TEST',
    scopes: ['jobs:read'],
    jobIds: null,
    maxCredits: null,
    expiresAt: createManualClock().now() + minute,
    ...patch,
  });

  it('is accepted by every node with the secret, until it expires', async () => {
    const key = openKey();
    const text = createClientTokens(secret).write(said({ jobIds: ['j1'], maxCredits: 5, userId: 'Zoë 🎬' }));
    expect(await key.verify(text)).toEqual({
      kind: 'known',
      viewer: {
        userId: 'Zoë 🎬',
        environment: 'TEST',
        roles: [],
        credential: 'client token t1',
        access: { scopes: ['jobs:read'], jobIds: ['j1'], spending: { tokenId: 't1', maxCredits: 5 } },
      },
      expiresAt: said().expiresAt,
    });
    await key.clock.advance(minute);
    expect(await key.verify(text)).toMatchObject({ kind: 'expired' });
  });

  it('is refused if anything is changed, or if it is signed with another secret', async () => {
    const { verify } = openKey();
    const text = createClientTokens(secret).write(said());
    for (let at = 3; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      // The last character of a MAC has two unused bits.
      if (at < text.length - 1) expect(await verify(changed)).toMatchObject({ kind: 'invalid' });
    }
    expect(await verify(createClientTokens(new Uint8Array(32)).write(said()))).toMatchObject({ kind: 'invalid' });
    expect(await verify('ct_')).toMatchObject({ kind: 'invalid' });
    expect(await verify(`ct_${'A'.repeat(8000)}.${'A'.repeat(43)}`)).toMatchObject({ kind: 'invalid' });
  });

  it('for LIVE is forbidden without a provider key', async () => {
    const text = createClientTokens(secret).write(said({ environment: 'LIVE' }));
    expect(await openKey({}, tokens).verify(text)).toMatchObject({ kind: 'forbidden' });
    expect(await openKey().verify(text)).toMatchObject({ kind: 'known' });
  });
});
