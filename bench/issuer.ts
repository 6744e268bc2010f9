import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';
import type { Algorithm, Auth } from './process/auth.ts';

/** Signs the users' tokens, and publishes its public key as an identity provider does. */
export interface Issuer {
  /** What a server needs to check tokens. */
  readonly auth: Auth;
  /** A user's token, valid for a day. */
  tokenOf(user: string): Promise<string>;
  close(): void;
}

const secret = 'a secret of the benchmark, long enough for HS256';

const keyId = '1';

/** Opens an issuer whose tokens have this algorithm. */
export async function openIssuer(algorithm: Algorithm): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, use: 'sig', alg: 'ES256' };
  const server = createServer((_, response) => void response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  const key: KeyObject | Uint8Array = algorithm === 'HS256' ? new TextEncoder().encode(secret) : privateKey;
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  return {
    auth: { algorithm, secret, pem, url: `http://127.0.0.1:${port}/keys` },
    tokenOf: (user) =>
      new SignJWT({ sub: user, env: 'live' })
        .setProtectedHeader({ alg: algorithm, kid: keyId })
        .setExpirationTime('1d')
        .sign(key),
    close: () => void server.close().closeAllConnections(),
  };
}
