import { Agent, fetch } from 'undici';
import type { HttpGet } from '../../lib/http-get.ts';
import { type ConnectorOptions, createConnector } from './connector.ts';

/** Sends GETs through the proxies. `close` ends its connections. */
export function openHttpGet(options: ConnectorOptions): { readonly get: HttpGet; close(): Promise<void> } {
  const dispatcher = new Agent({ connect: createConnector(options) });
  return {
    get: (url, init) => fetch(url, { ...init, dispatcher }),
    close: () => dispatcher.destroy(),
  };
}
