import { type Server as HttpServer, IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The newest response of each connection; the requests of a connection are answered in their order. */
const newest = new WeakMap<Duplex, ServerResponse>();

/**
 * A request that may offer an upgrade. Node reads `upgrade` once its head is parsed: true hands the connection to the server's `upgrade`
 * event, with all that came behind the head; false has the request answered, but then node drops what came behind the request.
 *
 *     Upgrade: websocket             → `upgrade` event, a WebSocket
 *     Upgrade: h2c                   → `upgrade` event, the request is read once more without the offer: nothing is lost
 *     the same, behind a request     → answered in its turn, with `Connection: close`, since what came behind it may be lost
 *     that is not answered yet
 */
export class OfferingRequest extends IncomingMessage {
  private offers = false;
  private decision: boolean | null = null;

  get upgrade(): boolean {
    if (!this.offers) return false;
    // Decided once: when node asks again, the request may have been answered.
    this.decision ??= this.method === 'CONNECT' || offersWebSocket(this) || !isBusy(this.socket);
    return this.decision;
  }

  set upgrade(offers: boolean | null) {
    this.offers = offers === true;
  }

  /** Whether what the client sent behind this request may be lost. */
  get endsConnection(): boolean {
    return this.decision === false;
  }
}

/** Whether the client wants a WebSocket (RFC 6455, section 4.2.1). Every other upgrade is an offer that a server may ignore (RFC 9110, section 7.8). */
function offersWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket';
}

function isBusy(connection: Duplex): boolean {
  const response = newest.get(connection);
  // All may be written while node has not let go of the connection yet; one that waits for its turn has none.
  return response !== undefined && !(response.writableFinished && response.socket === null);
}

/** Hands WebSockets to `take`, and has requests that offer any other upgrade answered like all others. The server's requests must be OfferingRequests. */
export function handleUpgrades(
  http: HttpServer<typeof OfferingRequest>,
  take: (request: IncomingMessage, connection: Duplex, head: Buffer) => void,
): void {
  // A head is read again whole or not at all; its size bounds the number of its fields.
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

/** The head of a request as it came, without the offer to upgrade. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!/^(upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
