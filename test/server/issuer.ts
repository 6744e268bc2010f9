import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { Log } from '../../src/ports.ts';
import type { Verify } from '../../src/server/auth/auth-result.ts';
import { createVerifier } from '../../src/server/auth/identity.ts';
import { createManualClock, type ManualClock } from '../world/clock.ts';
import { sign } from './signing.ts';
import { tokens } from './world.ts';

/** An issuer's endpoint that can fail, and a gateway's token check on a manual clock. */
export type Issuer = {
  readonly clock: ManualClock;
  readonly lines: { level: string; message: string; fields: Record<string, unknown> }[];
  /** What the endpoint serves: its keys, an error status, or anything else. */
  served: { status: number; body: string };
  asked: number;
  readonly publish: (...keys: readonly Key[]) => void;
  readonly check: (key: Key) => Promise<string>;
  readonly tokenOf: (key: Key, livesMs: number) => Promise<string>;
  readonly verify: (token: string) => ReturnType<Verify>;
  readonly server: Server;
};

/** A key pair of the issuer. */
export type Key = { readonly jwk: object; readonly kid: string; readonly privateKey: CryptoKey };

/** A new key pair. */
export async function keyOf(kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { jwk: { ...(await exportJWK(publicKey)), kid }, kid, privateKey };
}

/** Opens an issuer's endpoint without keys. */
export async function openIssuer(): Promise<Issuer> {
  const clock = createManualClock();
  const lines: Issuer['lines'] = [];
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, message, fields });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const server = createServer((_, response) => {
    world.asked += 1;
    response.writeHead(world.served.status, { connection: 'close' });
    response.end(world.served.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  const { verify } = createVerifier({ ...tokens, kind: 'jwks', url: `http://127.0.0.1:${port}/keys` }, { clock, log });
  const world: Issuer = {
    clock,
    lines,
    server,
    served: { status: 200, body: '' },
    asked: 0,
    publish(...keys) {
      world.served = { status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) };
    },
    tokenOf: ({ privateKey, kid }, livesMs) =>
      sign({ exp: (clock.now() + livesMs) / 1000 }, privateKey, { alg: 'ES256', kid }),
    verify: (token) => verify(`Bearer ${token}`),
    check: async (key) => (await world.verify(await world.tokenOf(key, 60_000))).kind,
  };
  return world;
}
