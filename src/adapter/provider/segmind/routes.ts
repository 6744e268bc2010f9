import { readRequestId } from './id-member.ts';
import type { Redact } from './redact.ts';

/** The provider's addresses. All are on the one origin to which the key may be sent. */
export type Routes = {
  readonly origin: string;
  readonly submit: URL;
  readonly credits: URL;
  /**
   * The address to poll a job at: the one that the provider named if it is on our origin, else one built from the request id, else one
   * built from what looks like a request id at the end of a foreign address. Null if none of these exists.
   */
  pollUrlOf(named: string | null, requestId: string | null): string | null;
  /** The path of that address, with its query. */
  pollPathOf(named: string | null, requestId: string | null): string | null;
  /** Whether the provider named an address on another origin, which is never called. */
  isForeign(named: string): boolean;
};

const maxUrlCharacters = 2048;

/** Builds the addresses from a base URL, which may have a path. Throws if it is not a URL. */
export function createRoutes(baseUrl: string, workflow: string, redact: Redact): Routes {
  const { origin, protocol, pathname } = new URL(baseUrl);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;
  const submit = new URL(`${base}/workflows/${encodeURIComponent(workflow)}`);

  /** Drops userinfo, which would be sent as another key, and the fragment, which is never sent. */
  const read = (named: string | null): URL | null => {
    // A path such as `workflows/request/1` resolves against the base URL; a word alone is not an address.
    if (
      named === null ||
      !/^\s*(?:\/|[a-z][a-z0-9+.-]*:|[^\s/?#]+\/)\S*\s*$/i.test(named) ||
      !URL.canParse(named, `${base}/`)
    )
      return null;
    const url = new URL(named, `${base}/`);
    url.username = '';
    url.password = '';
    url.hash = '';
    return url;
  };
  // A blob: URL has the origin of its inner URL, so the protocol is compared, too.
  const isOurs = (url: URL): boolean => url.origin === origin && url.protocol === protocol;
  const isFit = ({ href }: URL): boolean => href.length <= maxUrlCharacters && redact(href) === href;

  const requests = `${base}/workflows/request/`;

  function pollUrlOf(named: string | null, requestId: string | null): string | null {
    const url = read(named);
    if (url !== null && isOurs(url) && isFit(url)) return url.href;
    const id = requestId ?? (url === null ? null : readRequestId(segmentAtEndOf(url), redact));
    return id === null ? null : `${requests}${encodeURIComponent(id)}`;
  }

  /** Whether an address is exactly as we would build it, so that it needs no parsing. */
  const isPlain = (named: string): boolean =>
    named.startsWith(requests) && isPlainId(named.slice(requests.length)) && redact(named) === named;

  return {
    origin,
    submit,
    credits: new URL(`${base}/v1/get-user-credits`),
    pollUrlOf,
    pollPathOf(named, requestId) {
      if (named !== null && isPlain(named)) return named.slice(origin.length);
      const address = pollUrlOf(named, requestId);
      if (address === null) return null;
      const { pathname, search } = new URL(address);
      return pathname + search;
    },
    isForeign(named) {
      const url = read(named);
      return url !== null && !isOurs(url);
    },
  };
}

/** The last segment of a path if it looks like a request id. */
function segmentAtEndOf({ pathname }: URL): string | null {
  const segment = pathname.split('/').findLast((part) => part !== '') ?? '';
  return isPlainId(segment) ? segment : null;
}

function isPlainId(text: string): boolean {
  return /^[0-9a-z_-]{8,128}$/i.test(text);
}
