import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { isApiPath, pathOf } from '../../lib/address.ts';
import { every } from '../../lib/every.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock, Log } from '../../ports.ts';
import { type AllowsOrigin, foreignHostMessage, isLoopbackHost } from '../auth/origin.ts';
import { checkEveryMs, type Recheck } from '../auth/recheck.ts';
import { upgradeCredentialOf } from '../auth/shown-credential.ts';
import { type ErrorCode, refusal } from '../graphql/errors.ts';
import { type Client, checkConnection, closeCode, createClient } from './connection.ts';
import type { Protocol } from './protocol.ts';
import { close, createSendBuffer, createSendQueue } from './send-buffer.ts';

/** The WebSockets of a server. */
export interface Sockets {
  /** Takes a request to upgrade: opens a socket, or refuses with an HTTP status. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** Closes all with 1012, so that clients come back elsewhere; cuts those that do not answer. */
  close(): Promise<void>;
}

/** What they are made of. */
export type SocketDeps = {
  readonly protocol: Protocol;
  readonly recheck: Recheck;
  readonly allowsOrigin: AllowsOrigin;
  readonly loopbackOnly: boolean;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
};

const maxMessageBytes = 64 * 1024;

const closeWithinMs = 2000;

/** Opens the place where sockets live. */
export function openSockets(deps: SocketDeps): Sockets {
  const { protocol, recheck, clock, log } = deps;
  const clients = new Set<Client>();
  const queue = createSendQueue(clock);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const stopSweep = every(clock, checkEveryMs, () => {
    for (const client of clients) checkConnection(client, clock, recheck);
  });

  return {
    upgrade(request, connection, head) {
      // A connection that breaks before it is a socket is nobody's loss.
      connection.on('error', () => void connection.destroy());
      const refused = refusalOf(request, deps);
      if (refused !== null) return refuse(connection, refused);
      server.handleUpgrade(request, connection, head, (socket) => {
        const client = createClient(createSendBuffer(socket, connection, queue), clock);
        clients.add(client);
        socket.on('close', () => void clients.delete(client));
        // A frame that breaks the protocol or its bounds: ws closes the socket with the code that says so.
        socket.on('error', (error) => log.debug({ err: error }, 'A WebSocket failed.'));
        protocol.open(client, upgradeCredentialOf(request.headers));
      });
    },
    async close() {
      stopSweep();
      for (const { buffer } of clients) close(buffer, closeCode.restart, 'Restarting');
      await withTimeout(closedOf(clients), closeWithinMs, clock);
      for (const { socket } of clients) socket.terminate();
    },
  };
}

async function closedOf(clients: Iterable<Client>): Promise<void> {
  await Promise.all(
    [...clients].map(({ socket }) => new Promise<void>((resolve) => void socket.once('close', () => resolve()))),
  );
}

type UpgradeRefusal = { readonly status: number; readonly code: ErrorCode; readonly message: string };

function refusalOf(
  request: IncomingMessage,
  { isDraining, loopbackOnly, allowsOrigin }: SocketDeps,
): UpgradeRefusal | null {
  const { headers } = request;
  if (!isApiPath(pathOf(request.url)))
    return { status: 404, code: 'NOT_FOUND', message: 'WebSockets are at /graphql.' };
  if (isDraining())
    return { status: 503, code: 'INTERNAL_SERVER_ERROR', message: 'The gateway is shutting down; try again.' };
  if (loopbackOnly && !isLoopbackHost(headers.host))
    return { status: 403, code: 'FORBIDDEN', message: foreignHostMessage };
  if (allowsOrigin(headers)) return null;
  const message = 'Pages of this origin are not allowed; the setting ALLOWED_ORIGINS lists those that are.';
  return { status: 403, code: 'FORBIDDEN', message };
}

function refuse(connection: Duplex, { status, code, message }: UpgradeRefusal): void {
  const body = JSON.stringify({ errors: [refusal(code, message)] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
  ];
  // The other side may keep its half open for ever.
  connection.once('finish', () => void connection.destroy());
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
