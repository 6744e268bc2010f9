import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';

/** What a client token says: it speaks for a user for a short while, and for no more than it lists. */
export type ClientToken = {
  readonly id: string;
  readonly userId: string;
  readonly environment: Environment;
  readonly scopes: readonly Scope[];
  /** The only jobs that it can see or act on; null for all of the user's. */
  readonly jobIds: readonly string[] | null;
  /** What all jobs that it asks for may cost together; null for no limit of its own. */
  readonly maxCredits: number | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
};

/** Writes tokens, and reads back those that it or another node of the installation has written. */
export type ClientTokens = {
  readonly write: (token: ClientToken) => string;
  /** Null where the text was not written by this installation; whether it has expired is not looked at. */
  readonly read: (text: string) => ClientToken | null;
};

/** What client tokens begin with. */
export const clientTokenPrefix = 'ct_';

/**
 * Client tokens under a key that follows from the installation's secret (HKDF-SHA-256), so that every node reads what another wrote. A
 * token is `ct_`, what it says as JSON in base64url, a dot, and an HMAC-SHA-256 of all before it. It has no header, so there is no
 * algorithm that its holder could choose.
 */
export function createClientTokens(secret: Uint8Array): ClientTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'reelgate client token 1', 32));
  const macOf = (said: string) => createHmac('sha256', key).update(said).digest();
  return {
    write(token) {
      const said = clientTokenPrefix + Buffer.from(JSON.stringify(token)).toString('base64url');
      return `${said}.${macOf(said).toString('base64url')}`;
    },
    read(text) {
      const [, said = '', shown = ''] = /^(ct_[\w-]+)\.([\w-]{43})$/.exec(text) ?? [];
      const mac = Buffer.from(shown, 'base64url');
      if (mac.length !== 32 || !timingSafeEqual(mac, macOf(said))) return null;
      const token: unknown = JSON.parse(Buffer.from(said.slice(clientTokenPrefix.length), 'base64url').toString());
      // Nobody but `write` can have made what the key has signed.
      return token as ClientToken;
    },
  };
}
