/** How users' tokens are signed. */
export type Algorithm = 'HS256' | 'ES256';

/** What a server needs to check tokens: the secret of HS256, or ES256's public key, as PEM and where the issuer publishes it. */
export type Auth = {
  readonly algorithm: Algorithm;
  readonly secret: string;
  readonly pem: string;
  readonly url: string;
};

/** The first argument of every server. */
export function authOf(argv: readonly string[]): Auth {
  return JSON.parse(argv[2] ?? 'null');
}

/** The token in `connection_init`, in an `Authorization` header, or neither. */
export function tokenIn(authorization: unknown): string {
  const text = typeof authorization === 'string' ? authorization : '';
  return text.startsWith('Bearer ') ? text.slice('Bearer '.length) : '';
}
