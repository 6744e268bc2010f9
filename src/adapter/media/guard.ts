import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressScope, isAllowedAddress } from '../../lib/public-address.ts';
import { withTimeout } from '../../lib/timeout.ts';
import { SourceError } from '../../ports/video.ts';
import type { Clock } from '../../ports.ts';

/** Where a source may read. */
export type SourceReach = {
  readonly scope: AddressScope;
  /** URLs of exactly this origin are read at any address: the gateway's own sandbox. Null for none. */
  readonly trustedOrigin: string | null;
};

/** Parses a provider's URL, or a redirect from `base`. Throws a SourceError if the gateway may not read it. */
export function readTarget(text: string, base: URL | null, { scope, trustedOrigin }: SourceReach): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw forbidden('is no http(s) URL');
  if (url.username !== '' || url.password !== '') throw forbidden('contains a user or a password');
  // A socket does not look up an address that is written as one.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.origin !== trustedOrigin && isIP(host) !== 0 && !isAllowedAddress(host, scope))
    throw forbidden('leads into a private network');
  return url;
}

/** Looks up a host as `lookup` does, and returns the allowed addresses only: the socket connects to one of these. */
export function guardedLookup(scope: AddressScope, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const all: readonly LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: family ?? 4 }] : found;
      const allowed = all.filter(({ address }) => isAllowedAddress(address, scope));
      const [first] = allowed;
      if (first === undefined) return callback(forbidden('leads into a private network'), '', 4);
      if (options.all === true) callback(null, [...allowed]);
      else callback(null, first.address, first.family);
    });
  };
}

/** Names that only a private network has. */
const privateName = /^[^.]+$|\.(?:localhost|local|internal|intranet|lan|home\.arpa)$/;

/** How long to wait for a resolver. Behind a proxy there may be none that knows the Internet. */
const resolveMs = 2000;

/**
 * Rejects with a SourceError if a URL whose connection a proxy opens leads into a private network. The proxy resolves the host itself, to
 * any address that it has, so all addresses must be allowed here. A host that cannot be resolved here is left to the proxy's own rules.
 */
export async function checkTunnelled(
  url: URL,
  {
    scope,
    lookup,
    clock,
  }: { readonly scope: AddressScope; readonly lookup: LookupFunction; readonly clock: Pick<Clock, 'after'> },
): Promise<void> {
  const host = url.hostname.replace(/\.$/, '');
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return;
  if (privateName.test(host)) throw forbidden('leads into a private network');
  const resolving = new Promise<readonly string[]>((resolve) => {
    lookup(host, { all: true }, (error, found) => {
      if (error !== null) resolve([]);
      else resolve(typeof found === 'string' ? [found] : found.map(({ address }) => address));
    });
  });
  const addresses = await withTimeout(resolving, resolveMs, clock);
  if (addresses === 'late') return;
  if (addresses.some((address) => !isAllowedAddress(address, scope))) throw forbidden('leads into a private network');
}

function forbidden(reason: string): SourceError {
  return new SourceError('forbidden', `The gateway does not read the provider’s video URL: it ${reason}.`);
}
