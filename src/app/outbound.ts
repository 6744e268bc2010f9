import { openHttpGet } from '../adapter/outbound/fetch.ts';
import type { Config } from '../config/config.ts';
import type { HttpGet } from '../lib/http-get.ts';
import { proxyOf } from '../lib/proxy.ts';
import type { Log } from '../ports.ts';

/** How long the keys of tokens may take to connect to. */
const connectMs = 4000;

/** Opens what reads the keys of tokens, and logs the proxy of the provider, without its password. */
export function openOutbound(
  { proxies, segmind }: Config,
  log: Log,
): { readonly httpGet: HttpGet; close(): Promise<void> } {
  const proxy = segmind === null ? null : proxyOf(proxies, new URL(segmind.baseUrl));
  if (proxy !== null) log.info({ proxy: proxy.place }, 'The provider is reached through a proxy.');
  const { get, close } = openHttpGet({ proxies, connectMs });
  return { httpGet: get, close };
}
