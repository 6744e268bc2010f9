import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { keyTextOf, newSecret, secretHashOf } from '../../src/credential/api-key.ts';
import { createClientTokens } from '../../src/credential/client-token.ts';
import { keyTopic } from '../../src/gateway/credentials.ts';
import type { StoredApiKey } from '../../src/ports.ts';
import { createVerifier } from '../../src/server/auth/identity.ts';
import { keyOf as storedKeyOf } from '../store/contract/world.ts';
import { createManualClock } from '../world/clock.ts';
import { sign, silent } from './signing.ts';
import { openWorld, post, tokens } from './world.ts';

const second = 1000;

const signingSecret = new Uint8Array(32);

/** A check on a manual clock, and its store of keys with what it was asked for. */
function openCheck(count = 1) {
  const clock = createManualClock();
  const secrets = Array.from({ length: count }, newSecret);
  const keys = new Map<string, StoredApiKey>();
  const texts = secrets.map((secret, at) => {
    const id = `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`;
    const key = storedKeyOf({ id, secretHash: secretHashOf(secret) });
    keys.set(id, key);
    return `Bearer ${keyTextOf({ ...key, secret })}`;
  });
  const asked = { keys: 0, uses: [] as number[] };
  const credentials = {
    async findApiKey(id: string) {
      asked.keys += 1;
      return keys.get(id) ?? null;
    },
    async useApiKey(id: string, now: number) {
      asked.uses.push(now);
      const key = keys.get(id);
      if (key !== undefined) keys.set(id, { ...key, lastUsedAt: now });
    },
    secret: async () => signingSecret,
  };
  const revoke = () => {
    for (const [id, key] of keys) keys.set(id, { ...key, revokedAt: clock.now() });
  };
  const verifier = createVerifier(tokens, { clock, log: silent, credentials });
  return { ...verifier, clock, texts, text: texts[0] ?? '', asked, revoke, credentials };
}

describe('a JWT', () => {
  it('is verified once, until it expires', async () => {
    const { verify, clock } = openCheck();
    const token = `Bearer ${await sign({ exp: clock.now() / 1000 + 60 })}`;
    const known = await verify(token);
    expect(known.kind).toBe('known');
    expect(await verify(token)).toBe(known);
    await clock.advance(59 * second);
    expect(await verify(token)).toBe(known);
    await clock.advance(second);
    expect(await verify(token)).toMatchObject({ kind: 'expired' });
  });

  it('is not confused with another that differs in one character', async () => {
    const { verify } = openCheck();
    const token = `Bearer ${await sign({})}`;
    expect(await verify(token)).toMatchObject({ kind: 'known' });
    const last = token.at(-2) === 'A' ? 'B' : 'A';
    expect(await verify(token.slice(0, -2) + last + token.slice(-1))).toMatchObject({ kind: 'invalid' });
  });
});

describe('a client token', () => {
  it('is verified once, until it expires', async () => {
    const { verify, clock } = openCheck();
    const { write } = createClientTokens(signingSecret);
    const expiresAt = clock.now() + 60 * second;
    const limits = { scopes: ['jobs:read'], jobIds: null, maxCredits: null, expiresAt } as const;
    const token = `Bearer ${write({ id: '1', userId: 'ada', environment: 'TEST', ...limits })}`;
    const known = await verify(token);
    expect(known).toMatchObject({ kind: 'known', viewer: { userId: 'ada' } });
    expect(await verify(token)).toBe(known);
    await clock.advance(60 * second);
    expect(await verify(token)).toMatchObject({ kind: 'expired' });
  });
});

describe('an API key', () => {
  it('is looked up once for many requests, also for those that arrive together', async () => {
    const { verify, text, asked } = openCheck();
    const results = await Promise.all(Array.from({ length: 100 }, () => verify(text)));
    for (let times = 0; times < 100; times += 1) results.push(await verify(text));
    expect(new Set(results).size).toBe(1);
    expect(asked.keys).toBe(1);
  });

  it('has its last use recorded once a minute, however many requests use it', async () => {
    const { verify, text, asked, clock } = openCheck();
    const start = clock.now();
    for (let at = 0; at <= 120; at += 1) {
      await Promise.all([verify(text), verify(text)]);
      await clock.advance(second);
    }
    expect(asked.uses.map((at) => (at - start) / second)).toEqual([0, 60, 120]);
  });

  it('that is revoked elsewhere is refused within five seconds', async () => {
    const { verify, text, revoke, clock } = openCheck();
    expect(await verify(text)).toMatchObject({ kind: 'known' });
    revoke();
    expect(await verify(text)).toMatchObject({ kind: 'known' });
    await clock.advance(5 * second);
    expect(await verify(text)).toMatchObject({ kind: 'invalid', message: 'The key has been revoked.' });
  });

  it('that is revoked here is refused at once, even while it is being looked up', async () => {
    const { verify, text, revoke, forget } = openCheck();
    const before = verify(text);
    revoke();
    forget();
    expect(await verify(text)).toMatchObject({ kind: 'invalid' });
    await before;
    expect(await verify(text)).toMatchObject({ kind: 'invalid' });
  });

  it('is looked up each time that an open socket or stream is checked again', async () => {
    const { verify, verifyAgain, text, revoke } = openCheck();
    expect(await verify(text)).toMatchObject({ kind: 'known' });
    revoke();
    expect(await verifyAgain(text)).toMatchObject({ kind: 'invalid' });
  });

  it('is forgotten once 10,000 others have been used since', async () => {
    const { verify, texts, text, asked } = openCheck(10_001);
    for (const each of texts) await verify(each);
    expect(asked.keys).toBe(10_001);
    await verify(texts[1] ?? '');
    expect(asked.keys).toBe(10_001);
    await verify(text);
    expect(asked.keys).toBe(10_002);
  });

  it('is refused by a server at once when the bell rings for a revoked key', async () => {
    const { credentials, text: authorization, revoke } = openCheck();
    const bell = createLocalBell();
    const world = await openWorld({ identity: tokens, credentials, bell });
    onTestFinished(() => world.close());
    const ask = () => post(world.url, { query: '{ me }' }, { authorization });
    expect(await ask()).toMatchObject({ status: 200 });
    revoke();
    bell.ring([keyTopic]);
    expect(await ask()).toMatchObject({ status: 401 });
  });
});
