import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { bracketed } from './address.ts';
import { type HttpProxy, portOf } from './proxy.ts';

/**
 * Opens a connection to a URL's server through a proxy, with TLS inside for `https`. Rejects where there is none; then no byte of a request
 * has been sent to that server. The messages name the proxy and its status, never its password.
 *
 *   connect to the proxy --> CONNECT --2xx--> TLS with the server --> open
 *         |                     |                   |
 *         '------ error, close, another status, abort: rejects, and the socket is closed
 */
export async function openTunnel(url: URL, proxy: HttpProxy, signal: AbortSignal): Promise<Socket> {
  const socket = await connectThrough(proxy, url, signal);
  if (url.protocol !== 'https:') return socket;
  const host = hostOf(url);
  const names = isIP(host) ? { host } : { host, servername: host };
  return opened(connectTls({ socket, ...names, ALPNProtocols: ['http/1.1'] }), 'secureConnect', signal);
}

function connectThrough(proxy: HttpProxy, url: URL, signal: AbortSignal): Promise<Socket> {
  const authority = `${bracketed(hostOf(url))}:${portOf(url)}`;
  return new Promise((resolve, reject) => {
    const open = proxy.isSecure ? requestHttps : requestHttp;
    const { host, port, authorization } = proxy;
    const request = open({
      method: 'CONNECT',
      host,
      port,
      path: authority,
      headers: {
        host: authority,
        'user-agent': 'reelgate',
        ...(authorization === null ? {} : { 'proxy-authorization': authorization }),
      },
      // A connection of its own: no agent may hand it to another request.
      agent: false,
    });
    const onAbort = () => void request.destroy(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    request.once('connect', ({ statusCode = 0 }, socket, early) => {
      signal.removeEventListener('abort', onAbort);
      // For as long as the socket lives: an 'error' event without a listener would end the process.
      socket.on('error', () => undefined);
      const refusal = refusalOf(proxy, statusCode, early.byteLength);
      if (refusal === null) return resolve(socket.setNoDelay(true));
      socket.destroy();
      reject(new Error(refusal));
    });
    request.on('error', (error) => reject(new Error(`the proxy ${proxy.place}: ${error.message}`, { cause: error })));
    request.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error(`the proxy ${proxy.place} closed the connection`));
    });
    request.end();
  });
}

/** Why a response to CONNECT opens no tunnel; null if it does. */
function refusalOf({ place, authorization }: HttpProxy, status: number, earlyBytes: number): string | null {
  if (status === 407)
    return authorization === null
      ? `the proxy ${place} asks for a user and a password (HTTP 407): write them into the URL of the proxy`
      : `the proxy ${place} refuses the user or the password (HTTP 407)`;
  if (status < 200 || status > 299) return `the proxy ${place} opened no tunnel (HTTP ${status})`;
  // Servers of HTTP never speak first.
  return earlyBytes > 0 ? `the proxy ${place} sent a body in place of a tunnel` : null;
}

/** Fulfils with a socket that becomes ready with `event`. Rejects, and closes it, on an error, its end or an abort. */
export function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onAbort = () => void socket.destroy(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    socket.on('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error('the connection was closed before it was ready'));
    });
    socket.once(event, () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
  });
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
