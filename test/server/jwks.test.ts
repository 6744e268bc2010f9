import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/ports.ts';
import { createVerify } from '../../src/server/auth/identity.ts';
import { createManualClock, type ManualClock } from '../world/clock.ts';
import { sign } from './signing.ts';
import { eventually, tokens } from './world.ts';

const minute = 60_000;

const hour = 60 * minute;

/** An issuer's endpoint that can fail, and a gateway's token check on a manual clock. */
type World = {
  readonly clock: ManualClock;
  readonly lines: { level: string; message: string; fields: Record<string, unknown> }[];
  /** What the endpoint serves: its keys, an error status, or anything else. */
  served: { status: number; body: string };
  asked: number;
  readonly publish: (...keys: readonly Key[]) => void;
  readonly check: (key: Key) => Promise<string>;
  readonly server: Server;
};

type Key = { readonly jwk: object; readonly kid: string; readonly privateKey: CryptoKey };

let world: World;

let first: Key;

let second: Key;

beforeEach(async () => {
  [first, second] = await Promise.all([keyOf('first'), keyOf('second')]);
  world = await openWorld();
  world.publish(first);
});

afterEach(async () => {
  world.server.closeAllConnections();
  world.server.close();
  await once(world.server, 'close');
});

async function keyOf(kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { jwk: { ...(await exportJWK(publicKey)), kid }, kid, privateKey };
}

async function openWorld(): Promise<World> {
  const clock = createManualClock();
  const lines: World['lines'] = [];
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
  const verify = createVerify({ ...tokens, kind: 'jwks', url: `http://127.0.0.1:${port}/keys` }, { clock, log });
  return {
    clock,
    lines,
    server,
    served: { status: 200, body: '' },
    asked: 0,
    publish(...keys) {
      world.served = { status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) };
    },
    async check({ privateKey, kid }) {
      const exp = clock.now() / 1000 + 60;
      return (await verify(`Bearer ${await sign({ exp }, privateKey, { alg: 'ES256', kid })}`)).kind;
    },
  };
}

describe('keys that have been read', () => {
  it.each([
    ['it answers 503', { status: 503, body: '{"keys":[]}' }],
    ['it answers a page', { status: 200, body: '<html>Be right back</html>' }],
    ['it answers no key set', { status: 200, body: '{"error":"oops"}' }],
    ['it sends elsewhere', { status: 302, body: '' }],
  ])('stay valid for 24 hours while their URL is down: %s', async (_, away) => {
    expect(await world.check(first)).toBe('known');
    world.served = away;
    for (let hours = 0; hours < 24; hours += 1) {
      expect(await world.check(first), `after ${hours} h`).toBe('known');
      await world.clock.advance(hour);
    }
    expect(await world.check(first)).toBe('unavailable');
    world.publish(first);
    await world.clock.advance(minute);
    expect(await world.check(first)).toBe('known');
  });

  it('stay valid when nothing listens at their URL, which is logged once a minute with the reason', async () => {
    expect(await world.check(first)).toBe('known');
    world.server.close();
    await world.clock.advance(11 * minute);
    for (let second = 0; second < 180; second += 1) {
      expect(await world.check(first)).toBe('known');
      await world.clock.advance(1000);
    }
    await eventually(() => world.lines.length).toBeGreaterThanOrEqual(2);
    expect(world.lines.length).toBeLessThanOrEqual(3);
    expect(world.lines[0]).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('AUTH_JWKS_URL'),
      fields: { reason: expect.stringContaining('ECONNREFUSED') },
    });
    world.server.listen(0);
    await once(world.server, 'listening');
  });

  it('are read again with growing pauses, one request at a time, and the new ones count', async () => {
    expect(await world.check(first)).toBe('known');
    world.served = { status: 500, body: '' };
    await world.clock.advance(11 * minute);
    const before = world.asked;
    for (let second = 0; second < 300; second += 1) {
      await Promise.all([world.check(first), world.check(first)]);
      await world.clock.advance(1000);
    }
    // After 1, 2, 4 … 32 seconds, and then every 60 seconds.
    expect(world.asked - before).toBeGreaterThanOrEqual(6);
    expect(world.asked - before).toBeLessThanOrEqual(11);
    world.publish(second);
    await world.clock.advance(minute);
    await world.check(first);
    await eventually(() => world.lines.at(-1)).toMatchObject({ level: 'info' });
    expect(await world.check(second)).toBe('known');
    expect(await world.check(first)).toBe('invalid');
  });

  it('are read again every ten minutes, so that a withdrawn key stops being valid', async () => {
    expect(await world.check(first)).toBe('known');
    world.publish(second);
    await world.clock.advance(9 * minute);
    expect(await world.check(first)).toBe('known');
    await world.clock.advance(minute);
    expect(await world.check(first)).toBe('invalid');
    expect(world.lines).toEqual([]);
  });
});

describe('an unknown key', () => {
  it('makes the gateway read the keys again, at most twice a minute', async () => {
    expect(await world.check(first)).toBe('known');
    world.publish(first, second);
    expect(await world.check(second)).toBe('invalid');
    await world.clock.advance(30_000);
    expect(await world.check(second)).toBe('known');
    expect(world.asked).toBe(2);
    const strange = await keyOf('strange');
    for (let times = 0; times < 10; times += 1) expect(await world.check(strange)).toBe('invalid');
    expect(world.asked).toBe(2);
  });

  it('is neither valid nor invalid while the URL is down: its token may be used later', async () => {
    expect(await world.check(first)).toBe('known');
    world.served = { status: 503, body: '' };
    await world.clock.advance(30_000);
    expect(await world.check(second)).toBe('unavailable');
    expect(await world.check(first)).toBe('known');
    world.publish(first, second);
    await world.clock.advance(2000);
    expect(await world.check(second)).toBe('known');
  });
});
