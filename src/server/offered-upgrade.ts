import { type Server as HttpServer, IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The newest response of each connection, whose requests are answered in order. */
const newest = new WeakMap<Duplex, ServerResponse>();

/**
 * A request that may offer an upgrade. Node reads `upgrade` when it has parsed the head. True hands the connection, with all bytes after
 * the head, to the server's `upgrade` event. False has the request answered, but node drops the bytes after it.
 *
 *     Upgrade: websocket             → `upgrade` event, a WebSocket
 *     Upgrade: h2c                   → `upgrade` event, the request is parsed again without the offer: nothing is lost
 *     h2c, after a request that is   → answered in its turn, with `Connection: close`, since the bytes after it may be lost
 *     not answered yet
 */
export class OfferingRequest extends IncomingMessage {
  private offers = false;
  private decision: boolean | null = null;

  get upgrade(): boolean {
    if (!this.offers) return false;
    // Decided once: when node reads it again, the request may have been answered.
    this.decision ??= this.method === 'CONNECT' || offersWebSocket(this) || !isBusy(this.socket);
    return this.decision;
  }

  set upgrade(offers: boolean | null) {
    this.offers = offers === true;
  }

  /** Whether bytes that the client sent after this request may be lost. */
  get endsConnection(): boolean {
    return this.decision === false;
  }
}

/** Whether the client wants a WebSocket (RFC 6455, section 4.2.1). A server may ignore other upgrades (RFC 9110, section 7.8). */
function offersWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket';
}

function isBusy(connection: Duplex): boolean {
  const response = newest.get(connection);
  // Node may still hold the connection after all is written; a response that waits for its turn has no socket.
  return response !== undefined && !(response.writableFinished && response.socket === null);
}

/** Hands WebSockets to `take`; requests that offer other upgrades are answered as usual. The server must use OfferingRequest. */
export function handleUpgrades(
  http: HttpServer<typeof OfferingRequest>,
  take: (request: IncomingMessage, connection: Duplex, head: Buffer) => void,
): void {
  // A head that is parsed again must be complete. Its size already limits the number of headers.
  http.maxHeadersCount = 0;
  http.on('request', (request, response) => {
    newest.set(request.socket, response);
    if (request.endsConnection) response.shouldKeepAlive = false;
  });
  http.on('upgrade', (request, connection, head) => {
    if (offersWebSocket(request)) return take(request, connection, head);
    connection.unshift(Buffer.concat([headWithoutOffer(request), head]));
    http.emit('connection', connection);
  });
}

/** The original head of a request, without the offer to upgrade. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!/^(upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
