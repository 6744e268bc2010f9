import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Refused } from './auth-result.ts';
import { createPublishedKeys, type KeysDeps, KeysUnavailable } from './jwks.ts';
import { claimsSignedWith } from './secret-check.ts';

/** The keys that tokens must be signed with, and the issuer and audience that they must have (null: any). */
export type TokenSource = {
  readonly issuer: string | null;
  readonly audience: string | null;
  /** The claims with the user and their roles, or paths such as `realm_access.roles`; `sub` and `roles` by default. */
  readonly userClaim?: string;
  readonly rolesClaim?: string;
} /** `secret` may hold two, separated by a comma. */ & (
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'jwks'; readonly url: string }
);

/** The claims of a valid token, not parsed yet. `expiresAt` is epoch milliseconds. */
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

/** Applies to `nbf` only, because issuers' clocks may run ahead a little. */
const toleranceSeconds = 5;

/** Checks JSON Web Tokens of an issuer. */
export interface TokenCheck {
  /** Checks signature, issuer, audience, `nbf`, and `exp`, which is required (RFC 7519). Never rejects. */
  readonly check: (token: string) => Promise<Claims | Refused>;
  /** An object that stays the same while the same keys hold. Null where they must be read first. */
  readonly keys: () => object | null;
}

/** A check with the secret, or with the keys published at the URL, of a source. */
export function createTokenCheck(source: TokenSource, deps: KeysDeps): TokenCheck {
  if (source.kind === 'secret')
    return { check: checkWith(secretVerifier(source.secret), source, deps), keys: () => source };
  const published = createPublishedKeys(source.url, deps);
  return { check: checkWith(publicVerifier(published.find), source, deps), keys: published.current };
}

function checkWith(
  verify: Verifier,
  { issuer, audience, userClaim = 'sub', rolesClaim = 'roles' }: TokenSource,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): TokenCheck['check'] {
  const mayLog = createLogLimit(clock);
  return async (token) => {
    try {
      const payload = await verify(token, {
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
        requiredClaims: ['exp'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
      });
      const expiresAt = (payload.exp ?? 0) * 1000;
      if (expiresAt <= clock.now()) return expired;
      return {
        sub: claimAt(payload, userClaim),
        roles: claimAt(payload, rolesClaim),
        env: payload['env'],
        scopes: payload['scopes'],
        expiresAt,
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return expired;
      if (!isKeyTrouble(error))
        return { kind: 'invalid', message: 'The token is not valid here.', reason: reasonOf(error) };
      // jwks.ts has logged why the keys cannot be read.
      if (!(error instanceof KeysUnavailable) && mayLog('token'))
        log.error({ err: error }, 'Tokens cannot be checked: a key at AUTH_JWKS_URL cannot be used.');
      return { kind: 'unavailable', message: 'Tokens cannot be checked at the moment; try again.' };
    }
  };
}

/** Why a token was refused. The messages of jose name claims and never repeat their values; other errors may, so they give their name. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JOSEError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.name : 'unknown';
}

const expired: Refused = { kind: 'expired', message: 'The token has expired.' };

type Key = KeyObject | CryptoKey;

type Verifier = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

function secretVerifier(secret: string): Verifier {
  const keys = jwtSecretsOf(secret).map((each) => createSecretKey(each, 'utf8'));
  return async (token, options) =>
    claimsSignedWith(keys, token, options) ?? verifyWithAny(token, keys, { ...options, algorithms: secretAlgorithms });
}

const minSecretBytes = 32;

/**
 * The secrets in AUTH_JWT_SECRET. `new,old` are two while issuers change over, if each has 32 bytes or more. A single secret may contain a
 * comma, so the whole setting is accepted as well.
 */
export function jwtSecretsOf(setting: string): readonly string[] {
  const parts = setting.split(',').map((part) => part.trim());
  const areSecrets = parts.length > 1 && parts.every((part) => Buffer.byteLength(part) >= minSecretBytes);
  return areSecrets ? [...parts, setting] : [setting];
}

/** The claim at a path. A claim's own name may contain dots, as `https://example.com/roles` does. */
function claimAt(claims: unknown, path: string): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(claims));
  if (members.has(path)) return members.get(path);
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const found = claimAt(members.get(path.slice(0, dot)), path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds keys by the token's `kid` and `alg`; ignores other keys that its header names (`jku`, `x5u`, `jwk`). */
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

/** Tries each key that could have signed a token without a `kid`. */
async function verifyWithAny(
  token: string,
  keys: AsyncIterable<Key> | Iterable<Key>,
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

/** Whether the keys failed, not the token: they could not be read, or one of them is malformed. */
function isKeyTrouble(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || error.code === errors.JOSEError.code;
}
