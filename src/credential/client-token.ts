import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';

/** The content of a client token: it acts for a user for a short time, within the limits it lists. */
export type ClientToken = {
  readonly id: string;
  readonly userId: string;
  readonly environment: Environment;
  readonly scopes: readonly Scope[];
  /** The only jobs that it can see or act on; null for all of the user's. */
  readonly jobIds: readonly string[] | null;
  /** How many credits all jobs created with it may cost together; null for no limit of its own. */
  readonly maxCredits: number | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
};

/** Writes tokens, and reads those that any node of the installation has written. */
export type ClientTokens = {
  readonly write: (token: ClientToken) => string;
  /** Null if this installation did not write the text. Does not check whether the token has expired. */
  readonly read: (text: string) => ClientToken | null;
};

/** The prefix of client tokens. */
export const clientTokenPrefix = 'ct_';

/**
 * Client tokens, signed with a key derived from the installation's secret (HKDF-SHA-256), so that every node reads every token. A token
 * is `ct_`, its content as JSON in base64url, a dot, and the HMAC-SHA-256 of all before the dot: `ct_eyJpZCI6….3q2-7w…`. It has no
 * header, so its holder cannot choose an algorithm.
 */
export function createClientTokens(secret: Uint8Array): ClientTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'reelgate client token 1', 32));
  const macOf = (signed: string) => createHmac('sha256', key).update(signed).digest();
  return {
    write(token) {
      const signed = clientTokenPrefix + Buffer.from(JSON.stringify(token)).toString('base64url');
      return `${signed}.${macOf(signed).toString('base64url')}`;
    },
    read(text) {
      const [, signed = '', signature = ''] = /^(ct_[\w-]+)\.([\w-]{43})$/.exec(text) ?? [];
      const mac = Buffer.from(signature, 'base64url');
      if (mac.length !== 32 || !timingSafeEqual(mac, macOf(signed))) return null;
      const token: unknown = JSON.parse(Buffer.from(signed.slice(clientTokenPrefix.length), 'base64url').toString());
      // The signature is ours, so `write` produced this text.
      return token as ClientToken;
    },
  };
}
