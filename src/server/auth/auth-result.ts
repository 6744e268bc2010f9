import type { Subject } from '../../gateway/gateway.ts';

/** The caller of a request. `expiresAt` is epoch milliseconds, null where the credential does not expire. */
export type Principal = { readonly viewer: Subject; readonly expiresAt: number | null };

/** The result of authenticating a caller; `anonymous`: no token was sent. */
export type AuthResult = ({ readonly kind: 'known' } & Principal) | { readonly kind: 'anonymous' } | Refused;

/** Authenticates an `Authorization` header, or the same text from a socket's `connection_init`. Never rejects. */
export type Verify = (authorization: string | undefined) => Promise<AuthResult>;

/** Why a caller was refused. `expired`: a new token may be accepted; `unavailable`: the same one may be, later. */
export type Refused = {
  readonly kind: 'expired' | 'invalid' | 'forbidden' | 'unavailable';
  /** A sentence for the caller. */
  readonly message: string;
  /** What only the log says: the exact reason, without any part of the credential. */
  readonly reason?: string;
};
