import type { Subject } from '../../gateway/gateway.ts';

/** Who a request is from. `expiresAt` is null where nothing expires. */
export type Principal = { readonly viewer: Subject; readonly expiresAt: number | null };

/** What came of looking at a caller; `anonymous`: no token was shown. */
export type AuthResult = ({ readonly kind: 'known' } & Principal) | { readonly kind: 'anonymous' } | Refused;

/** Decides who is behind an `Authorization` header, or the same text from a socket's `connection_init`. Never rejects. */
export type Verify = (authorization: string | undefined) => Promise<AuthResult>;

/** Why a caller was not let in; `expired`: a fresh token may be, `unavailable`: the same one may be, later. */
export type Refused = {
  readonly kind: 'expired' | 'invalid' | 'forbidden' | 'unavailable';
  /** A sentence for the caller. */
  readonly message: string;
};
