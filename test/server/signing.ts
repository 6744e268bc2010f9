import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { Log } from '../../src/ports.ts';
import { createVerify, type Identity } from '../../src/server/auth/identity.ts';
import { createManualClock } from '../world/clock.ts';
import { secret } from './world.ts';

const ignore = () => undefined;

/** A log that says nothing. */
export const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The time at which tokens are made and checked. */
export const clock = createManualClock();

/** The same, as tokens tell time. */
export const now = clock.now() / 1000;

/** Checks one header with a fresh check. */
export function authResultOf(identity: Identity, authorization: string | undefined) {
  return createVerify(identity, { clock, log: silent })(authorization);
}

/** Signs claims that are good unless overwritten; `undefined` leaves one out. */
export function sign(
  claims: Record<string, unknown>,
  key: Parameters<SignJWT['sign']>[0] = new TextEncoder().encode(secret),
  header: JWTHeaderParameters = { alg: 'HS256' },
): Promise<string> {
  // JSON knows no undefined.
  const payload: JWTPayload = JSON.parse(JSON.stringify({ sub: 'ada', exp: now + 60, ...claims }));
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}
