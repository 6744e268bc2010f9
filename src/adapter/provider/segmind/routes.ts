import { readRequestId } from './id-member.ts';
import type { Redact } from './redact.ts';

/** The provider's addresses. All lie on the one origin that the key may go to. */
export type Routes = {
  readonly origin: string;
  readonly submit: URL;
  readonly credits: URL;
  /**
   * Where to ask about a job: the address that the provider named, where it lies on our origin, else the one built from the request id,
   * else the one built from what looks like a request id at the end of a foreign address. Null where none of these can be had.
   */
  pollUrlOf(named: string | null, requestId: string | null): string | null;
  /** The path of that address, with its query. */
  pollPathOf(named: string | null, requestId: string | null): string | null;
  /** Whether an address that the provider named lies elsewhere, so that it is not called. */
  isForeign(named: string): boolean;
};

const maxUrlCharacters = 2048;

/** Lays out the addresses under a base URL, which may have a path of its own. Throws where that is no URL. */
export function createRoutes(baseUrl: string, workflow: string, redact: Redact): Routes {
  const { origin, protocol, pathname } = new URL(baseUrl);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;
  const submit = new URL(`${base}/workflows/${encodeURIComponent(workflow)}`);

  /** Userinfo and fragments are left out: the first would be sent as another key, the second never is. */
  const read = (named: string | null): URL | null => {
    // A path resolves against the base URL, as `workflows/request/1` does; a word alone is no address.
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
  // The origin of a blob: URL is that of its inside, so the protocol is compared, too.
  const isOurs = (url: URL): boolean => url.origin === origin && url.protocol === protocol;
  const isFit = ({ href }: URL): boolean => href.length <= maxUrlCharacters && redact(href) === href;

  const requests = `${base}/workflows/request/`;

  function pollUrlOf(named: string | null, requestId: string | null): string | null {
    const url = read(named);
    if (url !== null && isOurs(url) && isFit(url)) return url.href;
    const id = requestId ?? (url === null ? null : readRequestId(segmentAtEndOf(url), redact));
    return id === null ? null : `${requests}${encodeURIComponent(id)}`;
  }

  /** An address that reads as we would build it has nothing to be parsed for. */
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

/** The last segment of a path, where it can pass for a request id. */
function segmentAtEndOf({ pathname }: URL): string | null {
  const segment = pathname.split('/').findLast((part) => part !== '') ?? '';
  return isPlainId(segment) ? segment : null;
}

function isPlainId(text: string): boolean {
  return /^[0-9a-z_-]{8,128}$/i.test(text);
}
