import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../ports.ts';
import { type HttpOutcome, type HttpResponse, readResponse, reasonOf } from './response.ts';

/** One POST. */
export type PostRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** When to give up: `connectMs` limits TCP and TLS, `signal` aborts everything. */
export type PostLimits = { readonly clock: Clock; readonly connectMs: number; readonly signal: AbortSignal };

/**
 * Sends a POST on a connection of its own. It calls `mayBegin` between the end of the handshake and the first byte, so that every
 * failure shows whether the provider may have received the request.
 */
export async function post(
  postRequest: PostRequest,
  mayBegin: () => boolean,
  limits: PostLimits,
): Promise<HttpOutcome> {
  const socket = openSocket(postRequest.url);
  // For as long as the socket lives: an 'error' event without a listener would end the process.
  socket.on('error', () => undefined);
  try {
    const reason = await connected(socket, postRequest.url, limits);
    if (reason !== null) return { type: 'notSent', reason };
    if (!mayBegin()) return { type: 'withheld' };
    return await send(postRequest, socket, limits.signal);
  } finally {
    socket.destroy();
  }
}

function openSocket(url: URL): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isSecure(url)) return connectTcp({ host, port: Number(url.port || 80), noDelay: true });
  const target = { host, port: Number(url.port || 443), ALPNProtocols: ['http/1.1'] };
  return connectTls(isIP(host) ? target : { ...target, servername: host });
}

/** Waits for the connection; null once it is open, else the reason why it failed. */
async function connected(socket: Socket, url: URL, { clock, connectMs, signal }: PostLimits): Promise<string | null> {
  const cancelTimeout = clock.after(connectMs, () => {
    socket.destroy(new Error(`no connection within ${connectMs} ms`));
  });
  try {
    await once(socket, isSecure(url) ? 'secureConnect' : 'connect', { signal });
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    cancelTimeout();
  }
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

function isSecure(url: URL): boolean {
  return url.protocol === 'https:';
}
