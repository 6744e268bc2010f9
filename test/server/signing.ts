import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { Log } from '../../src/ports.ts';
import { createVerifier, type Identity } from '../../src/server/auth/identity.ts';
import { createManualClock } from '../world/clock.ts';
import { secret } from './world.ts';

const ignore = () => undefined;

/** A log that discards everything. */
export const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The time at which tokens are signed and checked. */
const clock = createManualClock();

/** The same time in seconds, as tokens have it. */
export const now = clock.now() / 1000;

/** Checks one header with a newly built check. */
export function authResultOf(identity: Identity, authorization: string | undefined) {
  return createVerifier(identity, { clock, log: silent }).verify(authorization);
}

/** Signs claims that are valid unless overwritten; `undefined` leaves one out. */
export function sign(
  claims: Record<string, unknown>,
  key: Parameters<SignJWT['sign']>[0] = new TextEncoder().encode(secret),
  header: JWTHeaderParameters = { alg: 'HS256' },
): Promise<string> {
  // JSON drops undefined members.
  const payload: JWTPayload = JSON.parse(JSON.stringify({ sub: 'ada', exp: now + 60, ...claims }));
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}
