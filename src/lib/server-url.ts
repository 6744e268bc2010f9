/** Where a server is and what it is told there, parsed by the URL class alone: what is cut by hand shows parts of a password. */
export type ServerUrl = {
  /** With all escaped that a user or a password may hold: for drivers, which parse it again. */
  readonly href: string;
  /** What may be shown: host, port and database, such as `db.example.com:5432/reelgate`. */
  readonly place: string;
  /** Its passwords, as they are and as the URL spells them: for a log that leaves them out. */
  readonly secrets: readonly string[];
};

/** How to write a user or a password into a URL; the end of the sentence about one that cannot be read. */
export const escapingHint =
  'In the user and the password write % as %25, @ as %40, / as %2F, ? as %3F and # as %23; no part of it is shown here.';

/**
 * The server that a URL such as `postgres://user:password@host:5432/database` names; null where it cannot be told for certain which part
 * is the password. An unescaped @ in it is understood, since the last one counts; an unescaped / ? or # would end the host inside of it.
 */
export function parseServerUrl(text: string): ServerUrl | null {
  // The URL class drops tabs and line ends without a word, and a # is never part of such a URL.
  if (/[\p{Cc}#]/u.test(text)) return null;
  const url = urlOf(text);
  // An @ behind the host was meant to stand before it.
  if (url === null || `${url.pathname}${url.search}`.includes('@')) return null;
  const deps = [url.username, url.password, url.hostname, url.pathname].map(decoded);
  const [, password, host, path] = deps;
  if (password === null || host === undefined || path === undefined || deps.includes(null)) return null;
  const isSocket = url.hostname === socketHost;
  const at = url.searchParams.get('host') ?? (isSocket ? '' : host);
  const port = url.searchParams.get('port') ?? url.port;
  return {
    href: isSocket ? text : url.href,
    place: `${at}${port === '' ? '' : `:${port}`}${path}`,
    secrets: [password ?? '', url.password, url.searchParams.get('password') ?? ''].filter((each) => each !== ''),
  };
}

/** Stands for the host where a URL names a socket's folder instead, as in `postgres://user:password@/database?host=/run/postgresql`. */
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
