import { type HttpProxy, type Proxies, parseExceptions, parseProxy } from '../lib/proxy.ts';
import { escapingHint } from '../lib/server-url.ts';
import type { Settings } from './env.ts';

/** Reads the proxies as curl does: the lower-case name first, and ALL_PROXY where a scheme has no proxy of its own. */
export function readProxies({ text, secret, refuse }: Settings): Proxies {
  const first = (upper: string): { readonly name: string; readonly value: string } | null => {
    const lower = text(upper.toLowerCase());
    if (lower !== null) return { name: upper.toLowerCase(), value: lower };
    const value = secret(upper);
    return value === null ? null : { name: upper, value };
  };
  const read = (setting: { readonly name: string; readonly value: string } | null): HttpProxy | null => {
    if (setting === null) return null;
    const proxy = parseProxy(setting.value);
    if (proxy === null)
      refuse(
        setting.name,
        `must be the URL of an HTTP proxy, such as http://user:password@proxy:3128. ${escapingHint}`,
      );
    return proxy;
  };
  const [http, https, all] = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map(first);
  const except = text('no_proxy') ?? text('NO_PROXY') ?? '';
  return { http: read(http ?? all ?? null), https: read(https ?? all ?? null), except: parseExceptions(except) };
}
