import { createHmac, createSecretKey, webcrypto } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterEach, expect, it, vi } from 'vitest';
import { claimsSignedWith } from '../../src/server/auth/secret-check.ts';
import { authResultOf, now, sign } from './signing.ts';
import { secret, tokens } from './world.ts';

const options = {
  algorithms: ['HS256'],
  requiredClaims: ['exp'],
  clockTolerance: 5,
  currentDate: new Date(now * 1000),
};

const [old, current] = ['an older secret, long enough for HS256', secret].map((each) => createSecretKey(each, 'utf8'));

const secrets = [old, current].filter((each) => each !== undefined);

const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with any header and payload, rightly signed. */
function signed(header: unknown, payload: unknown = { sub: 'ada', exp: now + 60 }, key = secret): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

afterEach(() => {
  vi.restoreAllMocks();
});

it('has the claims of tokens that either secret signed', async () => {
  const token = await sign({ roles: ['admin'] });
  expect(claimsSignedWith(secrets, token, options)).toEqual({ sub: 'ada', exp: now + 60, roles: ['admin'] });
  const older = signed({ alg: 'HS256', typ: 'JWT', kid: '1' }, undefined, 'an older secret, long enough for HS256');
  expect(claimsSignedWith(secrets, older, options)?.sub).toBe('ada');
});

it('spares a valid token the turns of WebCrypto', async () => {
  const verify = vi.spyOn(webcrypto.subtle, 'verify');
  expect(await authResultOf(tokens, `Bearer ${await sign({})}`)).toMatchObject({ kind: 'known' });
  expect(verify).not.toHaveBeenCalled();
  expect(await authResultOf(tokens, `Bearer ${await sign({}, Buffer.alloc(32))}`)).toMatchObject({ kind: 'invalid' });
  expect(verify).toHaveBeenCalled();
});

const right = signed({ alg: 'HS256' });

const [header = '', payload = '', signature = ''] = right.split('.');

it.each([
  ['no signature', `${header}.${payload}.`],
  ['two parts', `${header}.${payload}`],
  ['four parts', `${right}.`],
  ['another signature', signed({ alg: 'HS256' }, undefined, 'a secret that is not ours at all, but long')],
  ['a shorter signature', `${header}.${payload}.${signature.slice(0, 20)}`],
  ['a longer signature', `${right}A`],
  ['another payload', `${header}.${encoded({ sub: 'eve', exp: now + 60 })}.${signature}`],
  ['the algorithm "none"', `${encoded({ alg: 'none' })}.${payload}.`],
  ['the algorithm "none", signed', signed({ alg: 'none' })],
  ['another algorithm', signed({ alg: 'HS512' })],
  ['no algorithm', signed({ typ: 'JWT' })],
  ['critical extensions', signed({ alg: 'HS256', crit: ['exp'] })],
  ['an unencoded payload', signed({ alg: 'HS256', b64: false, crit: ['b64'] })],
  ['a header that is no object', signed(['HS256'])],
  ['a header that is no JSON', signed('HS256')],
  ['a payload that is no object', signed({ alg: 'HS256' }, ['ada'])],
  ['a payload that is no JSON', signed({ alg: 'HS256' }, 'ada')],
  ['no expiry', signed({ alg: 'HS256' }, { sub: 'ada' })],
  ['an expiry long ago', signed({ alg: 'HS256' }, { sub: 'ada', exp: now - 60 })],
  ['a later beginning', signed({ alg: 'HS256' }, { sub: 'ada', exp: now + 60, nbf: now + 30 })],
])('leaves a token to jose that has %s, which refuses it', async (_, token) => {
  expect(claimsSignedWith(secrets, token, options)).toBeNull();
  await expect(jwtVerify(token, new TextEncoder().encode(secret), options)).rejects.toThrow();
});

it('checks issuer and audience as jose does', async () => {
  const token = await sign({ iss: 'https://issuer.test', aud: ['a', 'b'] });
  for (const issuer of ['https://issuer.test', 'https://other.test']) {
    for (const audience of ['b', 'c']) {
      const given = { ...options, issuer, audience };
      const claims = await jwtVerify(token, new TextEncoder().encode(secret), given).then(
        (verified) => verified.payload,
        () => null,
      );
      expect(claimsSignedWith(secrets, token, given)).toEqual(claims);
    }
  }
});

it('leaves another spelling of a signature to jose', () => {
  // 43 characters hold 258 bits: the last one has spellings that a lenient decoder takes for the same bytes.
  const respelled = `${right.slice(0, -1)}${String.fromCharCode(right.charCodeAt(right.length - 1) + 1)}`;
  expect(claimsSignedWith(secrets, respelled, options)).toBeNull();
});
