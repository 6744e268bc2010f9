import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { authResultOf, now, sign } from './signing.ts';
import { secret, tokens } from './world.ts';

describe('demo mode', () => {
  it('treats everyone without credentials as the demo user, an admin, in the only environment', async () => {
    const known = { kind: 'known', expiresAt: null };
    const demo = (environment: string) => ({ ...known, viewer: { userId: 'demo', environment, roles: ['admin'] } });
    expect(await authResultOf({ kind: 'demo', liveEnabled: false }, undefined)).toEqual(demo('TEST'));
    expect(await authResultOf({ kind: 'demo', liveEnabled: true }, ' ')).toEqual(demo('LIVE'));
  });

  it.each(['Bearer whatever', 'Bearer undefined', 'Bearer', 'Basic YTpi', 'sk_test_x', '7'])(
    'refuses anything that is not a credential of this gateway: %s',
    async (shown) => {
      expect(await authResultOf({ kind: 'demo', liveEnabled: true }, shown)).toMatchObject({ kind: 'invalid' });
    },
  );
});

describe('a token signed with the secret', () => {
  it('names the user, their roles, their environment and its expiry', async () => {
    expect(await authResultOf(tokens, `Bearer ${await sign({ roles: ['admin', 'x'], env: 'test' })}`)).toEqual({
      kind: 'known',
      viewer: { userId: 'ada', environment: 'TEST', roles: ['admin', 'x'] },
      expiresAt: (now + 60) * 1000,
    });
  });

  it.each([
    ['no token at all', undefined, 'anonymous'],
    ['an empty one', '', 'anonymous'],
    ['another scheme', 'Basic YTpi', 'invalid'],
    ['a scheme alone', 'Bearer', 'invalid'],
    ['no JWT', 'Bearer nonsense', 'invalid'],
    ['something like one', 'Bearer a.b.c', 'invalid'],
    ['a huge one', `Bearer ${'a'.repeat(9000)}`, 'invalid'],
  ])('is required: %s', async (_, authorization, kind) => {
    expect(await authResultOf(tokens, authorization)).toMatchObject({ kind });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['with an hour to live', { exp: now + 3600 }, 'known'],
    ['that ends now', { exp: now }, 'expired'],
    ['that ended a second ago', { exp: now - 1 }, 'expired'],
    ['that ended long ago', { exp: now - 3600 }, 'expired'],
    ['without an end', { exp: undefined }, 'invalid'],
    ['whose end is no number', { exp: 'tomorrow' }, 'invalid'],
    ['that begins in an hour', { nbf: now + 3600 }, 'invalid'],
    ['that begins in a moment, by a clock ahead of ours', { nbf: now + 3 }, 'known'],
    ['without a subject', { sub: undefined }, 'invalid'],
    ['with an empty subject', { sub: '' }, 'invalid'],
    ['with a number for a subject', { sub: 7 }, 'invalid'],
    ['with a subject of 255 characters', { sub: '😀'.repeat(255) }, 'known'],
    ['with a subject of 256 characters', { sub: 'x'.repeat(256) }, 'invalid'],
    ['with a control character in its subject', { sub: 'a\u0000b' }, 'invalid'],
    ['for the test environment', { env: 'test' }, 'known'],
    ['for the live environment, where there is none', { env: 'live' }, 'forbidden'],
    ['for another environment', { env: 'staging' }, 'invalid'],
    ['for an environment in capitals', { env: 'LIVE' }, 'invalid'],
    ['for no environment', { env: null }, 'invalid'],
  ])('%s', async (_, claims, kind) => {
    expect(await authResultOf(tokens, `Bearer ${await sign(claims)}`)).toMatchObject({ kind });
  });

  it('is for LIVE if it names LIVE or no environment, once there is a provider key', async () => {
    const live = { ...tokens, liveEnabled: true };
    const environments = [undefined, 'live', 'test'].map(async (env) =>
      authResultOf(live, `bearer ${await sign({ env })}`),
    );
    expect(await Promise.all(environments)).toMatchObject([
      { viewer: { environment: 'LIVE' } },
      { viewer: { environment: 'LIVE' } },
      { viewer: { environment: 'TEST' } },
    ]);
  });

  it.each([
    [
      ['admin', 7, null, 'x'],
      ['admin', 'x'],
    ],
    ['admin', ['admin']],
    ['viewer admin', ['viewer', 'admin']],
    [' viewer, admin ', ['viewer', 'admin']],
    ['', []],
    [{ admin: true }, []],
    [undefined, []],
  ])('with the roles %j has %j', async (roles, expected) => {
    expect(await authResultOf(tokens, `Bearer ${await sign({ roles })}`)).toMatchObject({
      viewer: { roles: expected },
    });
  });

  it('must come from the issuer and name our audience, if these are set', async () => {
    const strict = { ...tokens, issuer: 'https://issuer.example', audience: 'reelgate' };
    const kinds = [
      { iss: 'https://issuer.example', aud: 'reelgate' },
      { iss: 'https://issuer.example', aud: ['other', 'reelgate'] },
      { iss: 'https://issuer.example', aud: 'other' },
      { iss: 'https://other.example', aud: 'reelgate' },
      { iss: 'https://issuer.example' },
      { aud: 'reelgate' },
    ].map(async (claims) => (await authResultOf(strict, `Bearer ${await sign(claims)}`)).kind);
    expect(await Promise.all(kinds)).toEqual(['known', 'known', 'invalid', 'invalid', 'invalid', 'invalid']);
  });

  it('is refused if it is signed with another secret, by another algorithm, or not at all', async () => {
    const other = await sign({}, new TextEncoder().encode('another secret, just as long as the right one'));
    const hs512 = await sign({}, new TextEncoder().encode(secret.repeat(2)), { alg: 'HS512' });
    const none = new UnsecuredJWT({ sub: 'ada' }).setExpirationTime(now + 60).encode();
    const [header, , signature] = (await sign({})).split('.');
    const forged = [
      header,
      Buffer.from(JSON.stringify({ sub: 'eve', exp: now + 60 })).toString('base64url'),
      signature,
    ];
    for (const token of [other, hs512, none, forged.join('.')]) {
      expect(await authResultOf(tokens, `Bearer ${token}`)).toMatchObject({ kind: 'invalid' });
    }
  });
});
