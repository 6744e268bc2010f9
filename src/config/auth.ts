import { isLoopback } from '../lib/address.ts';
import type { Settings } from './env.ts';

/** How tokens are verified: not at all (demo), with a shared secret, or with the keys published at a URL. */
export type AuthConfig =
  | { readonly kind: 'demo' }
  | (TokenClaims & { readonly kind: 'secret'; readonly secret: string })
  | (TokenClaims & { readonly kind: 'jwks'; readonly url: string });

type TokenClaims = {
  readonly issuer: string | null;
  readonly audience: string | null;
  /** The claims that hold the user and their roles; absent: `sub` and `roles`. */
  readonly userClaim?: string;
  readonly rolesClaim?: string;
};

const minSecretBytes = 32;

/** Reads the AUTH_ settings. Refuses contradictory ones, and demo mode on a host that others can reach. */
export function readAuth({ text, secret, url, refuse }: Settings, host: string): AuthConfig {
  const [userClaim, rolesClaim] = [text('AUTH_USER_CLAIM'), text('AUTH_ROLES_CLAIM')];
  const names = { ...(userClaim === null ? {} : { userClaim }), ...(rolesClaim === null ? {} : { rolesClaim }) };
  const claims: TokenClaims = { issuer: text('AUTH_ISSUER'), audience: text('AUTH_AUDIENCE'), ...names };
  const jwtSecret = secret('AUTH_JWT_SECRET');
  if (jwtSecret !== null) {
    if (text('AUTH_JWKS_URL') !== null)
      refuse('AUTH_JWKS_URL', 'must not be set together with AUTH_JWT_SECRET: choose one.');
    if (Buffer.byteLength(jwtSecret) < minSecretBytes)
      refuse('AUTH_JWT_SECRET', `must have at least ${minSecretBytes} bytes.`);
    return { kind: 'secret', secret: jwtSecret, ...claims };
  }
  if (text('AUTH_JWKS_URL') !== null) {
    const jwksUrl = url('AUTH_JWKS_URL');
    if (jwksUrl !== null && !isSafe(jwksUrl))
      refuse('AUTH_JWKS_URL', 'must use https; http is allowed for loopback only.');
    return { kind: 'jwks', url: jwksUrl?.href ?? '', ...claims };
  }
  for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_USER_CLAIM', 'AUTH_ROLES_CLAIM']) {
    if (text(name) !== null) refuse(name, 'also needs AUTH_JWT_SECRET or AUTH_JWKS_URL.');
  }
  if (!isLoopback(host)) {
    refuse(
      'AUTH_JWT_SECRET',
      `or AUTH_JWKS_URL must be set because HOST (${host}) is not loopback: without them everyone would be the demo user.`,
    );
  }
  return { kind: 'demo' };
}

/** Whether a URL may carry secrets: over https, or over http to this machine. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url.hostname);
}
