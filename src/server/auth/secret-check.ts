import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, type JWTVerifyOptions, UnsecuredJWT } from 'jose';

/** `{"alg":"none"}`: the header under which jose checks claims whose signature has been checked. */
const checkedHeader = 'eyJhbGciOiJub25lIn0';

/**
 * Returns the claims of a token that one of the secrets signed with HS256 and whose claims are right; null for any other, which jose must
 * check, so that every refusal is its own. jose awaits WebCrypto, which takes another thread and several turns for little work. That counts
 * after a restart, when thousands of clients come back at once.
 */
export function claimsSignedWith(
  secrets: readonly KeyObject[],
  token: string,
  options: JWTVerifyOptions,
): JWTPayload | null {
  const [header, payload, signature, ...rest] = token.split('.');
  if (signature === undefined || rest.length > 0) return null;
  try {
    const { alg, crit } = decodeProtectedHeader(token);
    if (alg !== 'HS256' || crit !== undefined) return null;
    const signed = `${header}.${payload}`;
    if (!secrets.some((secret) => isSignature(signature, signed, secret))) return null;
    return UnsecuredJWT.decode(`${checkedHeader}.${payload}.`, options).payload;
  } catch {
    return null;
  }
}

/** Compared as text, so that a signature has one spelling. */
function isSignature(signature: string, signed: string, secret: KeyObject): boolean {
  const right = Buffer.from(createHmac('sha256', secret).update(signed).digest('base64url'));
  const shown = Buffer.from(signature);
  return shown.length === right.length && timingSafeEqual(shown, right);
}
