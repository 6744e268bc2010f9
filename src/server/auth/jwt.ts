import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Refused } from './auth-result.ts';
import { createPublishedKeys, KeysUnavailable } from './jwks.ts';

/** Where the keys are that tokens must be signed with, and what they must say of their issuer and audience (null: anything). */
export type TokenSource = {
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Where the user and their roles stand: a claim, or a path such as `realm_access.roles`; `sub` and `roles` unless told otherwise. */
  readonly userClaim?: string;
  readonly rolesClaim?: string;
} /** `secret` may hold two, comma separated. */ & (
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'jwks'; readonly url: string }
);

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
  deps: { readonly clock: Clock; readonly log: Log },
): (token: string) => Promise<Claims | Refused> {
  const { clock, log } = deps;
  const mayLog = createLogLimit(clock);
  const verify =
    source.kind === 'secret' ? secretVerifier(source.secret) : publicVerifier(createPublishedKeys(source.url, deps));
  const { issuer, audience, userClaim = 'sub', rolesClaim = 'roles' } = source;
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
      if (!isOurTrouble(error)) return { kind: 'invalid', message: 'The token is not valid here.' };
      // Why the keys cannot be read is logged where they are read.
      if (!(error instanceof KeysUnavailable) && mayLog('token'))
        log.error({ err: error }, 'Tokens cannot be checked: a key at AUTH_JWKS_URL cannot be used.');
      return { kind: 'unavailable', message: 'Tokens cannot be checked at the moment; try again.' };
    }
  };
}

const expired: Refused = { kind: 'expired', message: 'The token has expired.' };

type Key = KeyObject | CryptoKey;

type Verifier = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

function secretVerifier(secret: string): Verifier {
  const keys = jwtSecretsOf(secret).map((each) => createSecretKey(each, 'utf8'));
  return (token, options) => verifyWithAny(token, keys, { ...options, algorithms: secretAlgorithms });
}

/** The fewest bytes that a secret may have. */
const minSecretBytes = 32;

/**
 * The secrets in AUTH_JWT_SECRET: `new,old` are two while issuers change over, each long enough. A single one may hold a comma, too, so the
 * whole is one of them.
 */
export function jwtSecretsOf(setting: string): readonly string[] {
  const deps = setting.split(',').map((part) => part.trim());
  const areSecrets = deps.length > 1 && deps.every((part) => Buffer.byteLength(part) >= minSecretBytes);
  return areSecrets ? [...deps, setting] : [setting];
}

/** What stands at a path; a name may hold dots itself, as `https://example.com/roles` does. */
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

/** A token that names no key is tried with each one that could be it. */
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

/** Whether the keys, not the token, are what failed: none could be read, or one of them is no key. */
function isOurTrouble(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || error.code === errors.JOSEError.code;
}
