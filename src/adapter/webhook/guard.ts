import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Environment } from '../../domain/job.ts';
import { isLoopback } from '../../lib/address.ts';
import { type AddressScope, isAllowedAddress } from '../../lib/public-address.ts';

/** Where webhooks may go. */
export type WebhookReach = {
  /** Hosts of an intranet, such as `hooks.corp.example`, `*.corp.example` or `10.0.0.7`: any address, also without TLS. */
  readonly allowedHosts: readonly string[];
  /** Whether TEST may deliver to this machine: where only people at this machine use the gateway. */
  readonly loopbackInTest: boolean;
};

/** Why a request must not be made, a sentence for the endpoint's owner. */
export class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget';
}

/** Where one request may go. `null`: anywhere, because the operator allows its host. */
type Scope = AddressScope | null;

/** A URL that may be asked, and the addresses its host may have. */
export type Target = { readonly url: URL; readonly scope: Scope };

const longestUrl = 2048;

/** Ports of services that speak no HTTP, beside those below 1024: requests sent to them could be taken for commands. */
const foreignPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10_080, 11_211,
]);

/** Checks an endpoint's URL. Throws a ForbiddenTarget if webhooks of the environment may not go there. */
export function readTarget(text: string, environment: Environment, reach: WebhookReach): Target {
  if (text.length > longestUrl) throw forbidden(`must have at most ${longestUrl} characters`);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw forbidden('must be absolute and start with https://');
  if (url.username !== '' || url.password !== '') throw forbidden('must not contain a user or a password');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isListed(host, reach.allowedHosts)) return { url, scope: null };
  if (environment === 'LIVE' && url.protocol !== 'https:') throw forbidden('must start with https://');
  const scope: AddressScope = environment === 'TEST' && reach.loopbackInTest ? 'loopback' : 'public';
  if (!isOwnMachine(host, scope) && !isWebPort(url.port)) throw forbidden('must not name a port of another service');
  // A socket does not look up an address that is written as one.
  if (isIP(host) !== 0 && !isAllowedAddress(host, scope)) throw forbidden('leads into a private network');
  if (isLoopback(host) && scope === 'public') throw forbidden('leads into a private network');
  return { url, scope };
}

/**
 * Looks up a host as `lookup` does. Fails if any of its addresses is not allowed, because a name with a private address among public ones
 * is an attack or a mistake. The socket connects to one of the addresses that were checked here.
 */
export function checkedLookup(scope: Scope, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const all: readonly LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: family ?? 4 }] : found;
      const [first] = all;
      if (first === undefined) return callback(new Error('The name has no address.'), '', 4);
      if (scope !== null && !all.every(({ address }) => isAllowedAddress(address, scope)))
        return callback(forbidden('leads into a private network'), '', 4);
      if (options.all === true) callback(null, [...all]);
      else callback(null, first.address, first.family);
    });
  };
}

function isOwnMachine(host: string, scope: AddressScope): boolean {
  return scope === 'loopback' && isLoopback(host);
}

/** The default port, those of the web, and those above 1023 that are no other service's. */
function isWebPort(port: string): boolean {
  const number = Number(port);
  return port === '' || number === 80 || number === 443 || (number > 1023 && !foreignPorts.has(number));
}

/** Whether a host is in a list. `*.corp.example` stands for every name below it. */
function isListed(host: string, hosts: readonly string[]): boolean {
  return hosts.some((each) => (each.startsWith('*.') ? host.endsWith(each.slice(1)) : each === host));
}

function forbidden(reason: string): ForbiddenTarget {
  return new ForbiddenTarget(`The URL ${reason}.`);
}
