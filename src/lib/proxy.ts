import { BlockList, isIP } from 'node:net';
import { isLoopback } from './address.ts';
import { parseServerUrl } from './server-url.ts';
import { parseSubnet } from './subnet.ts';

/** A proxy for connections to the Internet. It opens tunnels by CONNECT (RFC 9110), for `http` URLs as well as for `https`. */
export type HttpProxy = {
  readonly host: string;
  readonly port: number;
  /** Whether the connection to the proxy itself is over TLS. */
  readonly isSecure: boolean;
  /** The value of Proxy-Authorization, such as `Basic dXNlcjpwYXNz`; null for a proxy without a password. */
  readonly authorization: string | null;
  /** What may be shown of it: `proxy.example.com:3128`. */
  readonly place: string;
  /** What must not be shown: its password, in every form in which it is sent. */
  readonly secrets: readonly string[];
};

/** Which proxy to use for which URL. */
export type Proxies = {
  readonly http: HttpProxy | null;
  readonly https: HttpProxy | null;
  /** The hosts that are reached without a proxy, as NO_PROXY lists them: `example.com`, `10.0.0.0/8`, `db.internal:8443` or `*`. */
  readonly except: readonly string[];
};

/** Every connection is direct. */
export const noProxies: Proxies = { http: null, https: null, except: [] };

/** Parses the URL of a proxy, with or without `http://`. Null if it cannot be read, or is no http or https URL. */
export function parseProxy(text: string): HttpProxy | null {
  const server = parseServerUrl(text.includes('://') ? text : `http://${text}`);
  if (server === null) return null;
  const url = new URL(server.href);
  const isSecure = url.protocol === 'https:';
  if ((!isSecure && url.protocol !== 'http:') || url.pathname !== '/' || url.search !== '') return null;
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const basic = user === '' && password === '' ? null : Buffer.from(`${user}:${password}`).toString('base64');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 443 : 80)),
    isSecure,
    authorization: basic === null ? null : `Basic ${basic}`,
    place: url.host,
    secrets: basic === null ? [] : [...server.secrets, basic],
  };
}

/** Splits the value of NO_PROXY at commas and spaces. */
export function parseExceptions(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((each) => each !== '');
}

/** The proxy for an http or https URL; null for a direct connection. A proxy has another loopback, so this machine is always direct. */
export function proxyOf(proxies: Proxies, url: URL): HttpProxy | null {
  const proxy = url.protocol === 'https:' ? proxies.https : proxies.http;
  if (proxy === null || isLoopback(url.hostname)) return null;
  return proxies.except.some((exception) => matches(exception, url)) ? null : proxy;
}

function matches(exception: string, url: URL): boolean {
  if (exception === '*') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const subnet = parseSubnet(exception.replace(/^\[|\]$/g, ''));
  if (subnet !== null) return isWithin(subnet, host);
  const [, name = '', port] = /^(?:\*?\.)?(.*?)\.?(?::(\d+))?$/.exec(exception) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  return bare !== '' && (host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`)));
}

function isWithin(
  { address, prefix, family }: { address: string; prefix: number; family: 'ipv4' | 'ipv6' },
  host: string,
) {
  const version = isIP(host);
  if (version === 0 || (version === 4) !== (family === 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, family);
}

/** The port of a URL, also where it is the usual one. */
export function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}
