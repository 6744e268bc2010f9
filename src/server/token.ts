import { createSecretKey } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Clock, Log } from '../ports.ts';
import { createPublishedKeys, KeysUnavailable } from './jwks.ts';
import { createLogLimit } from './log-limit.ts';

/** Where the keys are that tokens must be signed with, and what they must say of their issuer and audience (null: anything). */
export type TokenSource = { readonly issuer: string | null; readonly audience: string | null } & (
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'jwks'; readonly url: string }
);

/** Why a caller was not let in; `expired`: a fresh token may be, `unavailable`: the same one may be, later. */
export type Refused = {
  readonly kind: 'expired' | 'invalid' | 'forbidden' | 'unavailable';
  /** A sentence for the caller. */
  readonly message: string;
};

/** What a good token says; the claims are not read yet. `expiresAt` is epoch milliseconds. */
export type Claims = {
  readonly sub: unknown;
  readonly roles: unknown;
  readonly env: unknown;
  readonly scopes: unknown;
  readonly expiresAt: number;
};

const secretAlgorithms = ['HS256'];
/** Public keys only: an HS token "signed" with a published key must never pass. */
const publicAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** For `nbf` alone: issuers' clocks run ahead a little. */
const toleranceSeconds = 5;

/** Checks JSON Web Tokens (RFC 7519): signature, issuer, audience, `nbf`, and `exp`, which is required. Never rejects. */
export function createTokenCheck(
  source: TokenSource,
  parts: { readonly clock: Clock; readonly log: Log },
): (token: string) => Promise<Claims | Refused> {
  const { clock, log } = parts;
  const mayLog = createLogLimit(clock);
  const verify =
    source.kind === 'secret' ? secretVerifier(source.secret) : publicVerifier(createPublishedKeys(source.url, parts));
  const { issuer, audience } = source;
  return async (token) => {
    try {
      const payload = await verify(token, {
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
        requiredClaims: ['exp', 'sub'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
      });
      const expiresAt = (payload.exp ?? 0) * 1000;
      if (expiresAt <= clock.now()) return expired;
      return { sub: payload.sub, roles: payload['roles'], env: payload['env'], scopes: payload['scopes'], expiresAt };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return expired;
      if (!isOurTrouble(error)) return { kind: 'invalid', message: 'The token is not valid here.' };
      // Why the keys cannot be read is logged where they are read.
      if (!(error instanceof KeysUnavailable) && mayLog('token'))
        log.error({ err: error }, 'Tokens cannot be checked: a key at AUTH_JWKS_URL cannot be used.');
      return { kind: 'unavailable', message: 'Tokens cannot be checked at the moment; try again.' };
    }
  };
}

const expired: Refused = { kind: 'expired', message: 'The token has expired.' };

type Verifier = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

function secretVerifier(secret: string): Verifier {
  const key = createSecretKey(secret, 'utf8');
  return async (token, options) => {
    const { payload } = await jwtVerify(token, key, { ...options, algorithms: secretAlgorithms });
    return payload;
  };
}

/** The keys are found by the token's `kid` and `alg`; what else its header says of keys (`jku`, `x5u`, `jwk`) is not looked at. */
function publicVerifier(keys: JWTVerifyGetKey): Verifier {
  return async (token, given) => {
    const options = { ...given, algorithms: publicAlgorithms };
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return verifyWithAny(token, error, options);
    }
  };
}

/** A token that names no key is tried with each one of its kind. */
async function verifyWithAny(
  token: string,
  keys: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Whether the keys, not the token, are what failed: none could be read, or one of them is no key. */
function isOurTrouble(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || error.code === errors.JOSEError.code;
}
