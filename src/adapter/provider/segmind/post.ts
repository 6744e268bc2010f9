import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../ports.ts';
import { type HttpResponse, type Reply, readResponse, reasonOf } from './response.ts';

/** One POST: where to, and what. */
export type Frame = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** When to stop: `connectMs` for TCP and TLS, `signal` for everything. */
export type PostLimits = { readonly clock: Clock; readonly connectMs: number; readonly signal: AbortSignal };

/**
 * Sends a POST on a connection of its own. `mayBegin` is asked between the end of the handshake and the first byte, so that it is
 * known of every failure whether the request may have arrived.
 */
export async function post(frame: Frame, mayBegin: () => boolean, limits: PostLimits): Promise<Reply> {
  const socket = openSocket(frame.url);
  // For as long as the socket lives: an error that nobody listens for would end the process.
  socket.on('error', () => undefined);
  try {
    const reason = await connected(socket, frame.url, limits);
    if (reason !== null) return { type: 'notSent', reason };
    if (!mayBegin()) return { type: 'withheld' };
    return await send(frame, socket, limits.signal);
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

/** Waits for the connection; null once it stands, else why it does not. */
async function connected(socket: Socket, url: URL, { clock, connectMs, signal }: PostLimits): Promise<string | null> {
  const callOff = clock.after(connectMs, () => {
    socket.destroy(new Error(`no connection within ${connectMs} ms`));
  });
  try {
    await once(socket, isSecure(url) ? 'secureConnect' : 'connect', { signal });
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    callOff();
  }
}

async function send(frame: Frame, socket: Socket, signal: AbortSignal): Promise<Reply> {
  try {
    return { type: 'answered', answer: await exchange(frame, socket, signal) };
  } catch (error) {
    return { type: 'unanswered', reason: reasonOf(error) };
  }
}

/** Fulfils once the head has arrived and the body has ended in one way or another; rejects where no head came. */
function exchange({ url, headers, body }: Frame, socket: Socket, signal: AbortSignal): Promise<HttpResponse> {
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
    request.once('close', () => reject(new Error('the connection closed without an answer')));
    request.end(body);
  });
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:';
}
