import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Subject } from '../../src/gateway/gateway.ts';
import type { AuthResult } from '../../src/server/auth/auth-result.ts';
import { createRecheck } from '../../src/server/auth/recheck.ts';
import { openConnection, subscribeMessage } from '../protocol/raw-socket.ts';
import { silent } from '../server/signing.ts';
import { createManualClock } from '../world/clock.ts';
import { openWorld } from './world.ts';

const viewer: Subject = { userId: 'ada', environment: 'TEST', roles: ['admin'] };

const known = (patch: Partial<Subject> = {}): AuthResult => ({
  kind: 'known',
  viewer: { ...viewer, ...patch },
  expiresAt: null,
});

const minute = 60;

/** A session that is checked every second, and the reasons for which it was ended. */
function openSession(expiresAt: number | null = null, chance = 0.5) {
  const clock = { ...createManualClock(), random: () => chance };
  const asked: (string | undefined)[] = [];
  const reasons: string[] = [];
  const session = { authResult: known(), asked, reasons };
  const verify = (authorization: string | undefined) => {
    asked.push(authorization);
    return Promise.resolve(session.authResult);
  };
  const recheck = createRecheck({ verify, clock, log: silent });
  const who = recheck.sessionOf({ viewer, expiresAt }, 'Bearer x');
  return Object.assign(session, {
    async live(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000);
        recheck.check(who, (reason) => void reasons.push(reason));
      }
      await clock.advance(0);
    },
  });
}

describe('an open session', () => {
  test.each([0, 0.5, 0.999])('is verified again within a minute, again and again: chance %d', async (chance) => {
    const session = openSession(null, chance);
    for (let minutes = 1; minutes <= 5; minutes += 1) {
      const before = session.asked.length;
      await session.live(minute);
      expect(session.asked.length - before).toBeGreaterThanOrEqual(1);
      expect(session.asked.length - before).toBeLessThanOrEqual(2);
    }
    expect(new Set(session.asked)).toEqual(new Set(['Bearer x']));
    expect(session.reasons).toEqual([]);
  });

  test.each<[string, AuthResult]>([
    ['is no longer valid', { kind: 'invalid', message: 'No' }],
    ['is no longer for an environment that is here', { kind: 'forbidden', message: 'No' }],
    ['has expired', { kind: 'expired', message: 'No' }],
    ['is missed', { kind: 'anonymous' }],
    ['has another user', known({ userId: 'bob' })],
    ['has lost a role', known({ roles: [] })],
    ['has gained a role', known({ roles: ['admin', 'auditor'] })],
    ['is for another environment', known({ environment: 'LIVE' })],
  ])('is ended, once, when its credential %s', async (_what, authResult) => {
    const session = openSession();
    await session.live(minute);
    session.authResult = authResult;
    await session.live(minute);
    expect(session.reasons).toHaveLength(1);
    await session.live(2 * minute);
    expect(session.reasons).toHaveLength(1);
  });

  test('stays open while tokens cannot be checked', async () => {
    const session = openSession();
    session.authResult = { kind: 'unavailable', message: 'Later' };
    await session.live(2 * minute);
    expect(session.reasons).toEqual([]);
  });

  test('is ended in the second in which its token expires', async () => {
    const session = openSession(createManualClock().now() + 10_000);
    await session.live(9);
    expect(session.reasons).toEqual([]);
    await session.live(1);
    expect(session.reasons).toEqual(['The token has expired']);
  });
});

describe('a key that is withdrawn', () => {
  const watchAccount = 'subscription { accountUpdated { userId } }';

  /** A gateway that accepts the keys published at a URL, a token signed with one of them, and a way to withdraw that key. */
  async function openJwks() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys: JWK[] = [{ ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256' }];
    const server = createServer((_, response) => void response.end(JSON.stringify({ keys })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    const identity = { kind: 'jwks', url, issuer: null, audience: null, liveEnabled: false } as const;
    const world = await openWorld({ identity });
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'ES256', kid: 'first' })
      .setExpirationTime(new Date('2027-01-01T00:00:00Z'))
      .sign(privateKey);
    const withdraw = async () => {
      const other = await generateKeyPair('ES256');
      keys.splice(0, 1, { ...(await exportJWK(other.publicKey)), kid: 'second', alg: 'ES256' });
      // The keys are read again after ten minutes.
      for (let minutes = 0; minutes < 10; minutes += 1) await world.clock.advance(60_000);
    };
    return { world, token, withdraw };
  }

  test('closes a socket within a minute: 4403', async () => {
    const { world, token, withdraw } = await openJwks();
    const socket = await openConnection(world, token);
    socket.send(subscribeMessage('1', watchAccount));
    expect(await socket.next()).toMatchObject({ payload: { data: { accountUpdated: { userId: 'ada' } } } });
    await world.clock.advance(60_000);
    expect(await socket.settle()).toEqual([]);
    await withdraw();
    await world.clock.advance(60_000);
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token is no longer valid' });
  });

  test('ends a stream of events within a minute, with a final error event', async () => {
    const { world, token, withdraw } = await openJwks();
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: watchAccount }),
    });
    const text = response.text();
    await world.clock.advance(60_000);
    await withdraw();
    await world.clock.advance(60_000);
    expect(await text).toMatch(/"userId":"ada".*"code":"UNAUTHENTICATED".*event: complete\ndata:\n\n$/s);
  });
});
