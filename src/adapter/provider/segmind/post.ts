import { request as openRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HttpProxy } from '../../../lib/proxy.ts';
import { opened, openTunnel } from '../../../lib/tunnel.ts';
import type { Clock } from '../../../ports.ts';
import { type HttpOutcome, type HttpResponse, readResponse, reasonOf } from './response.ts';

/** One POST. */
export type PostRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** When to give up: `connectMs` limits the proxy's tunnel, TCP and TLS; `signal` aborts everything. */
export type PostLimits = { readonly clock: Clock; readonly connectMs: number; readonly signal: AbortSignal };

/**
 * Sends a POST on a connection of its own, through `proxy` unless it is null. It calls `mayBegin` between the end of the handshake and the
 * first byte, so that every failure shows whether the provider may have received the request. A tunnel that a proxy refuses, or that ends
 * before the handshake with the provider, has carried no byte of it.
 */
export async function post(
  postRequest: PostRequest,
  mayBegin: () => boolean,
  limits: PostLimits,
  proxy: HttpProxy | null,
): Promise<HttpOutcome> {
  const socket = await connected(postRequest.url, proxy, limits);
  if (typeof socket === 'string') return { type: 'notSent', reason: socket };
  try {
    if (!mayBegin()) return { type: 'withheld' };
    return await send(postRequest, socket, limits.signal);
  } finally {
    socket.destroy();
  }
}

/** Opens a connection. Fulfils with its socket, which is ready to send on, or with the reason why there is none. */
async function connected(
  url: URL,
  proxy: HttpProxy | null,
  { clock, connectMs, signal }: PostLimits,
): Promise<Socket | string> {
  const end = new AbortController();
  const cancelTimeout = clock.after(connectMs, () => end.abort(new Error(`no connection within ${connectMs} ms`)));
  const either = AbortSignal.any([signal, end.signal]);
  try {
    return await (proxy === null ? openDirect(url, either) : openTunnel(url, proxy, either));
  } catch (error) {
    return reasonOf(error);
  } finally {
    cancelTimeout();
  }
}

function openDirect(url: URL, signal: AbortSignal): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:')
    return opened(connectTcp({ host, port: Number(url.port || 80), noDelay: true }), 'connect', signal);
  const target = { host, port: Number(url.port || 443), ALPNProtocols: ['http/1.1'] };
  return opened(connectTls(isIP(host) ? target : { ...target, servername: host }), 'secureConnect', signal);
}

async function send(postRequest: PostRequest, socket: Socket, signal: AbortSignal): Promise<HttpOutcome> {
  try {
    return { type: 'answered', response: await exchange(postRequest, socket, signal) };
  } catch (error) {
    return { type: 'unanswered', reason: reasonOf(error) };
  }
}

/** Fulfils once the head has arrived and the body has ended, complete or not; rejects if no head came. */
function exchange({ url, headers, body }: PostRequest, socket: Socket, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const request = openRequest({
      method: 'POST',
      path: url.pathname + url.search,
      headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
      createConnection: () => socket,
      signal,
    });
    request.once('response', (response) => {
      resolve(readResponse(response.statusCode ?? 0, response.headers, response));
    });
    request.on('error', reject);
    request.once('close', () => reject(new Error('the connection closed without a response')));
    request.end(body);
  });
}
