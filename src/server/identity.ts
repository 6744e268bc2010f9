import type { Environment } from '../domain/job.ts';
import type { Viewer } from '../gateway.ts';
import type { Clock, Log } from '../ports.ts';
import { type Claims, createTokenCheck, type Refused, type TokenSource } from './token.ts';

/** How callers are told apart. `liveEnabled`: whether a provider key is set, so that there is a LIVE environment. */
export type Identity = ({ readonly kind: 'demo' } | TokenSource) & { readonly liveEnabled: boolean };

/** Who a request is from. `expiresAt` is null where nothing expires. */
export type Caller = { readonly viewer: Viewer; readonly expiresAt: number | null };

/** What came of looking at a caller; `anonymous`: no token was shown. */
export type Verdict = ({ readonly kind: 'known' } & Caller) | { readonly kind: 'anonymous' } | Refused;

/** Decides who is behind an `Authorization` header, or the same text from a socket's `connection_init`. Never rejects. */
export type Verify = (authorization: string | undefined) => Promise<Verdict>;

const longestToken = 8192;

/** The demo user for everyone, or whoever a bearer token names. */
export function createVerify(identity: Identity, parts: { readonly clock: Clock; readonly log: Log }): Verify {
  const byDefault: Environment = identity.liveEnabled ? 'LIVE' : 'TEST';
  if (identity.kind === 'demo') {
    const viewer: Viewer = { userId: 'demo', environment: byDefault, roles: ['admin'] };
    return () => Promise.resolve({ kind: 'known', viewer, expiresAt: null });
  }

  const check = createTokenCheck(identity, parts);
  return async (authorization) => {
    if (authorization === undefined) return { kind: 'anonymous' };
    const token = /^Bearer +([\w.-]+)$/i.exec(authorization.trim())?.[1];
    if (token === undefined || token.length > longestToken) {
      return { kind: 'invalid', message: 'Authorization must be "Bearer" and a JSON Web Token.' };
    }
    const claims = await check(token);
    return 'sub' in claims ? callerOf(claims, identity.liveEnabled) : claims;
  };
}

function callerOf({ sub, roles, env, expiresAt }: Claims, liveEnabled: boolean): Verdict {
  // Control characters and halves of characters are in nobody's name, and some stores cannot hold them.
  if (typeof sub !== 'string' || sub === '' || [...sub].length > 255 || /[\p{Cc}\p{Cs}]/u.test(sub)) {
    return { kind: 'invalid', message: 'The claim "sub" must be 1 to 255 characters.' };
  }
  const environment = environmentOf(env, liveEnabled);
  if (typeof environment !== 'string') return environment;
  const viewer = { userId: sub, environment, roles: stringsOf(roles) };
  return { kind: 'known', viewer, expiresAt };
}

function environmentOf(env: unknown, liveEnabled: boolean): Environment | Refused {
  if (env === undefined) return liveEnabled ? 'LIVE' : 'TEST';
  if (env === 'test') return 'TEST';
  if (env !== 'live') return { kind: 'invalid', message: 'The claim "env" must be "live" or "test".' };
  return liveEnabled
    ? 'LIVE'
    : { kind: 'forbidden', message: 'This gateway has no LIVE environment: it has no provider key.' };
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
