import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { keyTextOf, newSecret, secretHashOf } from '../../src/credential/api-key.ts';
import { userScopes } from '../../src/domain/access.ts';
import type { Clock, Store } from '../../src/ports.ts';
import type { Identity } from '../../src/server/auth/identity.ts';
import type { Auth } from './auth.ts';
import { account } from './stored-jobs.ts';

/** The kinds of credentials that are compared; demo mode needs none. */
export const credentialKinds = ['demo', 'HS256', 'ES256', 'API key'] as const;

/** How the gateway authenticates, and the `Authorization` of the benchmark's user; null: none. */
export type Credential = { readonly identity: Identity; readonly authorization: string | null };

const claims = { sub: account.owner, env: 'live', roles: ['admin'] };

/** Makes a credential of a kind for the owner of all jobs. `{…}` is an `Auth` as JSON, of an issuer that signs the tokens itself. */
export async function openCredential(kind: string, store: Store, clock: Clock): Promise<Credential> {
  const all = { issuer: null, audience: null, liveEnabled: true };
  if (kind.startsWith('{')) return { identity: { ...sourceOf(JSON.parse(kind)), ...all }, authorization: null };
  const secret = 'a secret of the benchmark, long enough for HS256';
  const token = new SignJWT(claims).setExpirationTime('1d');
  switch (kind) {
    case 'HS256': {
      const signed = await token.setProtectedHeader({ alg: kind }).sign(new TextEncoder().encode(secret));
      return { identity: { kind: 'secret', secret, ...all }, authorization: `Bearer ${signed}` };
    }
    case 'ES256': {
      const { publicKey, privateKey } = await generateKeyPair(kind);
      const url = await publish({ ...(await exportJWK(publicKey)), kid: '1' });
      const signed = await token.setProtectedHeader({ alg: kind, kid: '1' }).sign(privateKey);
      return { identity: { kind: 'jwks', url, ...all }, authorization: `Bearer ${signed}` };
    }
    case 'API key': {
      const [id, text] = [clock.newId(), newSecret()];
      const { owner, environment } = account;
      const times = { createdAt: clock.now(), expiresAt: null, revokedAt: null, lastUsedAt: null };
      await store.createApiKey({
        id,
        owner,
        environment,
        scopes: userScopes,
        label: null,
        secretHash: secretHashOf(text),
        ...times,
      });
      const authorization = `Bearer ${keyTextOf({ id, environment, secret: text })}`;
      return { identity: { kind: 'secret', secret, ...all }, authorization };
    }
    default:
      return { identity: { kind: 'demo', liveEnabled: true }, authorization: null };
  }
}

function sourceOf({ algorithm, secret, url }: Auth) {
  return algorithm === 'HS256' ? ({ kind: 'secret', secret } as const) : ({ kind: 'jwks', url } as const);
}

/** Serves a public key as an issuer does; returns the address. */
async function publish(key: object): Promise<string> {
  const server = createServer((_, response) => void response.end(JSON.stringify({ keys: [key] })));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/keys`;
}
