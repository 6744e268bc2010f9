import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVerifier, type Identity } from '../../src/server/auth/identity.ts';
import { createManualClock } from '../world/clock.ts';
import { authResultOf, now, sign, silent } from './signing.ts';
import { tokens } from './world.ts';

describe('a token signed with a published key', () => {
  const served = { status: 200, keys: [] as object[], asked: 0 };
  const publisher = createServer((_, response) => {
    served.asked += 1;
    response.writeHead(served.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: served.keys }));
  });
  let identity: Identity;

  beforeAll(async () => {
    await new Promise<void>((resolve) => void publisher.listen(0, '127.0.0.1', resolve));
    const { port } = publisher.address() as AddressInfo;
    identity = { ...tokens, kind: 'jwks', url: `http://127.0.0.1:${port}/keys` };
  });
  afterAll(() => new Promise<void>((resolve) => void publisher.close(() => resolve())));

  it.each(['RS256', 'PS384', 'ES256', 'EdDSA', 'Ed25519'])('passes when signed with %s', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    served.keys = [{ ...(await exportJWK(publicKey)), kid: alg, alg }];
    const token = await sign({}, privateKey, { alg, kid: alg });
    expect(await authResultOf(identity, `Bearer ${token}`)).toMatchObject({ kind: 'known', viewer: { userId: 'ada' } });
  });

  it('passes without naming its key, with any of several', async () => {
    const pairs = await Promise.all([1, 2, 3].map(() => generateKeyPair('ES256')));
    served.keys = await Promise.all(pairs.map(({ publicKey }) => exportJWK(publicKey)));
    for (const { privateKey } of pairs) {
      const token = await sign({}, privateKey, { alg: 'ES256' });
      expect(await authResultOf(identity, `Bearer ${token}`)).toMatchObject({ kind: 'known' });
    }
    const stranger = await generateKeyPair('ES256');
    const token = await sign({}, stranger.privateKey, { alg: 'ES256' });
    expect(await authResultOf(identity, `Bearer ${token}`)).toMatchObject({ kind: 'invalid' });
  });

  it('is refused if the published key was used as a secret', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const pem = new TextEncoder().encode(await exportSPKI(publicKey));
    served.keys = [
      { ...(await exportJWK(publicKey)), kid: 'k' },
      { kty: 'oct', k: Buffer.from(pem).toString('base64url'), kid: 'o', alg: 'HS256' },
    ];
    for (const kid of ['k', 'o']) {
      const token = await sign({}, pem, { alg: 'HS256', kid });
      expect(await authResultOf(identity, `Bearer ${token}`)).toMatchObject({ kind: 'invalid' });
    }
  });

  it('is refused if it carries its own key', async () => {
    const ours = await generateKeyPair('ES256');
    const theirs = await generateKeyPair('ES256', { extractable: true });
    served.keys = [{ ...(await exportJWK(ours.publicKey)), kid: 'ours' }];
    const jwk = await exportJWK(theirs.publicKey);
    for (const header of [{ jwk }, { jku: 'http://127.0.0.1:1/keys' }, { x5u: 'http://127.0.0.1:1/cert' }]) {
      const token = await sign({}, theirs.privateKey, { alg: 'ES256', kid: 'ours', ...header });
      expect(await authResultOf(identity, `Bearer ${token}`)).toMatchObject({ kind: 'invalid' });
    }
  });

  it('is refused once expired, with a key that is not published, and unsigned', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    served.keys = [{ ...(await exportJWK(publicKey)), kid: 'k' }];
    const header = { alg: 'ES256', kid: 'k' };
    const expired = await sign({ exp: now - 1 }, privateKey, header);
    const unknown = await sign({}, privateKey, { alg: 'ES256', kid: 'other' });
    const none = new UnsecuredJWT({ sub: 'ada' }).setExpirationTime(now + 60).encode();
    expect(await authResultOf(identity, `Bearer ${expired}`)).toMatchObject({ kind: 'expired' });
    expect(await authResultOf(identity, `Bearer ${unknown}`)).toMatchObject({ kind: 'invalid' });
    expect(await authResultOf(identity, `Bearer ${none}`)).toMatchObject({ kind: 'invalid' });
  });

  it('cannot be checked while the keys cannot be read, which is logged, and is accepted once they can', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    served.keys = [{ ...(await exportJWK(publicKey)), kid: 'k' }];
    served.status = 500;
    const messages: string[] = [];
    const log = { ...silent, error: (_: object, message: string) => void messages.push(message) };
    const ownClock = createManualClock();
    const { verify } = createVerifier(identity, { clock: ownClock, log });
    const authorization = `Bearer ${await sign({}, privateKey, { alg: 'ES256', kid: 'k' })}`;
    expect(await verify(authorization)).toMatchObject({ kind: 'unavailable' });
    expect(messages).toEqual([expect.stringContaining('AUTH_JWKS_URL')]);
    served.status = 200;
    await ownClock.advance(1000);
    expect(await verify(authorization)).toMatchObject({ kind: 'known' });
  });

  it('cannot be checked if nothing responds at the keys’ URL', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const nowhere = { ...tokens, kind: 'jwks', url: 'http://127.0.0.1:1/keys' } as const;
    const token = await sign({}, privateKey, { alg: 'ES256', kid: 'k' });
    expect(await authResultOf(nowhere, `Bearer ${token}`)).toMatchObject({ kind: 'unavailable' });
  });
});
