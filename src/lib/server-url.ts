/** A server's URL, parsed by the URL class only: hand-written parsing could show parts of a password. */
export type ServerUrl = {
  /** With the user and the password escaped, for drivers, which parse it again. */
  readonly href: string;
  /** The part that may be shown: host, port and database, such as `db.example.com:5432/reelgate`. */
  readonly place: string;
  /** Its passwords, both plain and as spelled in the URL, for redaction in the log. */
  readonly secrets: readonly string[];
};

/** How to write a user or a password into a URL; ends the sentence about a URL that cannot be parsed. */
export const escapingHint =
  'In the user and the password write % as %25, @ as %40, / as %2F, ? as %3F and # as %23; no part of it is shown here.';

/**
 * Parses a URL such as `postgres://user:password@host:5432/database`; null if it is uncertain which part is the password. An unescaped
 * @ in the password is fine, since the last @ counts; an unescaped / ? or # would end the host inside the password.
 */
export function parseServerUrl(text: string): ServerUrl | null {
  // The URL class silently drops tabs and line ends, and a # is never part of this kind of URL.
  if (/[\p{Cc}#]/u.test(text)) return null;
  const url = urlOf(text);
  // An @ after the host probably belongs to an unescaped password.
  if (url === null || `${url.pathname}${url.search}`.includes('@')) return null;
  const parts = [url.username, url.password, url.hostname, url.pathname].map(decoded);
  const [, password, host, path] = parts;
  if (password === null || host === undefined || path === undefined || parts.includes(null)) return null;
  const isSocket = url.hostname === socketHost;
  const at = url.searchParams.get('host') ?? (isSocket ? '' : host);
  const port = url.searchParams.get('port') ?? url.port;
  return {
    href: isSocket ? text : url.href,
    place: `${at}${port === '' ? '' : `:${port}`}${path}`,
    secrets: [password ?? '', url.password, url.searchParams.get('password') ?? ''].filter((each) => each !== ''),
  };
}

/** Replaces the missing host of a URL with a socket's folder, such as `postgres://user:password@/database?host=/run/postgresql`. */
const socketHost = 'socket.invalid';

function urlOf(text: string): URL | null {
  if (URL.canParse(text)) return new URL(text);
  const withHost = text.replace('@/', `@${socketHost}/`);
  if (!URL.canParse(withHost)) return null;
  const url = new URL(withHost);
  return url.searchParams.has('host') ? url : null;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
