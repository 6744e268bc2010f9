import { clientTokenPrefix } from '../../credential/client-token.ts';
import { type Access, isUserId, scopesAmong } from '../../domain/access.ts';
import type { Environment } from '../../domain/job.ts';
import type { Subject } from '../../gateway/gateway.ts';
import type { AuthResult, Refused, Verify } from './auth-result.ts';
import { type Credentials, createIssuedTokenCheck } from './issued-token.ts';
import type { KeysDeps } from './jwks.ts';
import { type Claims, createTokenCheck, type TokenSource } from './jwt.ts';
import { isBlank } from './shown-credential.ts';
import { createVerifiedTokens, type Lifetime } from './verified-tokens.ts';

/** How callers are authenticated. `liveEnabled`: whether a provider key is set, so that there is a LIVE environment. */
export type Identity = ({ readonly kind: 'demo' } | TokenSource) & { readonly liveEnabled: boolean };

const longestToken = 8192;

/** Without credentials no API key and no client token is valid. */
type VerifyDeps = KeysDeps & { readonly credentials?: Credentials | undefined };

/** Authenticates callers. */
export interface Verifier {
  /** Verifies each token once, while what it depends on stays the same. For requests. */
  readonly verify: Verify;
  /** Verifies a token in any case. For sockets and streams, which are checked again while they are open. */
  readonly verifyAgain: Verify;
  /** Has every token verified again: a key was revoked. */
  forget(): void;
}

/** A key that was revoked elsewhere, by another node without Redis or by the command line, is valid for this long at most. */
const keyKeptMs = 5000;

/** Accepts API keys and client tokens of the gateway, then bearer tokens of an issuer; in demo mode, no credential is the demo user. */
export function createVerifier(identity: Identity, deps: VerifyDeps): Verifier {
  const issued = createIssuedTokenCheck(deps, identity.liveEnabled);
  const foreign = createForeignCheck(identity, deps);
  const tokens = createVerifiedTokens(deps.clock);
  // Their signing keys never change while the process runs.
  const own = {};
  const lifetimes = {
    apiKey: { keys: () => own, keptMs: keyKeptMs },
    clientToken: { keys: () => own, keptMs: Number.POSITIVE_INFINITY },
    foreign: { keys: foreign.keys, keptMs: Number.POSITIVE_INFINITY },
  } satisfies Record<string, Lifetime>;

  function lifetimeOf(token: string): Lifetime {
    if (token.startsWith('sk_')) return lifetimes.apiKey;
    return token.startsWith(clientTokenPrefix) ? lifetimes.clientToken : lifetimes.foreign;
  }

  const checked = (token: string | null, authorization: string | undefined) =>
    (token === null ? null : issued(token)) ?? foreign.verify(authorization);

  return {
    verify(authorization) {
      const token = bearerTokenOf(authorization);
      if (token === null) return checked(token, authorization);
      return tokens.verified(token, lifetimeOf(token), () => checked(token, authorization));
    },
    verifyAgain: (authorization) => checked(bearerTokenOf(authorization), authorization),
    forget: tokens.forget,
  };
}

/** The token of an `Authorization` header; null where it is missing or malformed. */
function bearerTokenOf(authorization: string | undefined): string | null {
  const token = /^Bearer +([\w.-]+)$/i.exec(authorization?.trim() ?? '')?.[1] ?? null;
  return token === null || token.length > longestToken ? null : token;
}

/** Without a credential everyone is an admin; a wrong credential must not become one. */
const notInDemo: Refused = {
  kind: 'invalid',
  message: 'Demo mode takes a key or token of this gateway, or no Authorization at all.',
};

/** Checks tokens of the issuer. `keys` stays the same object while the same keys hold. */
type ForeignCheck = { readonly verify: Verify; readonly keys: () => object | null };

function createForeignCheck(identity: Identity, deps: VerifyDeps): ForeignCheck {
  const byDefault: Environment = identity.liveEnabled ? 'LIVE' : 'TEST';
  if (identity.kind === 'demo') {
    const viewer: Subject = { userId: 'demo', environment: byDefault, roles: ['admin'] };
    const verify: Verify = async (authorization) =>
      isBlank(authorization) ? { kind: 'known', viewer, expiresAt: null } : notInDemo;
    return { verify, keys: () => null };
  }

  const { check, keys } = createTokenCheck(identity, deps);
  return {
    keys,
    async verify(authorization) {
      if (isBlank(authorization)) return { kind: 'anonymous' };
      const token = bearerTokenOf(authorization);
      if (token === null) return { kind: 'invalid', message: 'Authorization must be "Bearer" and a token or key.' };
      const claims = await check(token);
      return 'sub' in claims ? principalOf(claims, identity) : claims;
    },
  };
}

function principalOf(
  { sub, roles, env, scopes, expiresAt }: Claims,
  { liveEnabled, userClaim = 'sub' }: TokenSource & { readonly liveEnabled: boolean },
): AuthResult {
  if (typeof sub !== 'string' || !isUserId(sub)) {
    return { kind: 'invalid', message: `The claim "${userClaim}" must be 1 to 255 characters.` };
  }
  const environment = environmentOf(env, liveEnabled);
  if (typeof environment !== 'string') return environment;
  if (scopes !== undefined && !Array.isArray(scopes)) {
    return { kind: 'invalid', message: 'The claim "scopes" must be a list.' };
  }
  const viewer = { userId: sub, environment, roles: rolesOf(roles), ...accessOf(scopes) };
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

/** A token without the claim has all scopes. An issuer may also list scopes of other services; they are ignored. */
function accessOf(scopes: readonly unknown[] | undefined): { readonly access?: Access } {
  if (scopes === undefined) return {};
  return { access: { scopes: scopesAmong(stringsOf(scopes)), jobIds: null, spending: null } };
}

/** Roles from a list, or from a text with spaces or commas between names, as OAuth writes scopes. */
function rolesOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((each) => each !== '') : stringsOf(value);
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
