import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Derives a 256-bit key for one purpose from a secret that serves several. */
export function derivedKey(secret: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`reelgate sandbox: ${purpose}`).digest();
}

/** Whether a request has the key, as `Authorization: Bearer` or as `x-api-key`. The comparison takes constant time. */
export function carriesKey(request: IncomingMessage, apiKey: string): boolean {
  const { authorization = '', 'x-api-key': bare } = request.headers;
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  return [bearer, bare].some((key) => typeof key === 'string' && timingSafeEqual(digestOf(key), digestOf(apiKey)));
}

/** The comparison needs equal lengths, which digests have. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
