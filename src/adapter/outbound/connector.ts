import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { bracketed } from '../../lib/address.ts';
import { type Proxies, proxyOf } from '../../lib/proxy.ts';
import { openTunnel } from '../../lib/tunnel.ts';

/** How undici opens its connections. `lookup` resolves the hosts of direct connections; a proxy resolves the others itself. */
export type ConnectorOptions = {
  readonly proxies: Proxies;
  /** For TCP and TLS, and for the tunnel of a proxy. */
  readonly connectMs: number;
  readonly lookup?: LookupFunction;
};

/** When the system asks an idle connection for a sign of life: as undici does for direct ones. */
const keepAliveMs = 60_000;

/** Opens undici's connections: through the proxy of a URL where it has one, else directly. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { proxies, connectMs, lookup } = options;
  const direct = buildConnector({ timeout: connectMs, ...(lookup === undefined ? {} : { lookup }) });
  return (target, callback) => {
    const url = new URL(
      `${target.protocol}//${bracketed(target.hostname)}${target.port === '' ? '' : `:${target.port}`}`,
    );
    const proxy = proxyOf(proxies, url);
    if (proxy === null) return direct(target, callback);
    openTunnel(url, proxy, AbortSignal.timeout(connectMs)).then(
      (socket) => callback(null, socket.setKeepAlive(true, keepAliveMs)),
      (error: Error) => callback(error, null),
    );
  };
}
