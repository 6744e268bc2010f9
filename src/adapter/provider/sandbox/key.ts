import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A 256-bit key for one purpose, from a secret that serves several. */
export function derivedKey(secret: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`reelgate sandbox: ${purpose}`).digest();
}

/** Whether a request brings the key, in either form that the provider takes: `Authorization: Bearer` or `x-api-key`. In constant time. */
export function carriesKey(request: IncomingMessage, apiKey: string): boolean {
  const { authorization = '', 'x-api-key': bare } = request.headers;
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  return [bearer, bare].some((key) => typeof key === 'string' && timingSafeEqual(digestOf(key), digestOf(apiKey)));
}

/** Digests are of one length, which the comparison needs. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
