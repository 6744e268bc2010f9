import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { isApiPath, pathOf } from '../../lib/address.ts';
import { every } from '../../lib/every.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock, Log } from '../../ports.ts';
import type { OriginCheck } from '../auth/origin.ts';
import { checkEveryMs, type Recheck } from '../auth/recheck.ts';
import { upgradeCredentialOf } from '../auth/shown-credential.ts';
import { type ErrorCode, refusal, stoppingMessage } from '../graphql/errors.ts';
import { type Connection, checkConnection, closeCode, createConnection } from './connection.ts';
import type { Protocol } from './protocol.ts';
import { close, createSendBuffer, createSendQueue } from './send-buffer.ts';

/** The WebSockets of a server. */
export interface Sockets {
  /** Answers a request to upgrade: opens a socket, or refuses with an HTTP status. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** How many are open, and how many operations run on them. */
  count(): { readonly sockets: number; readonly operations: number };
  /** Closes all with 1012, so that clients reconnect elsewhere; terminates those that do not answer. */
  close(): Promise<void>;
}

/** The parts that sockets need. `base`: the path of PUBLIC_URL, such as `/reelgate`, or ''. */
export type SocketDeps = {
  readonly base: string;
  readonly protocol: Protocol;
  readonly recheck: Recheck;
  readonly origins: OriginCheck;
  /** Demo mode: only pages and programs of this machine are answered. */
  readonly loopbackOnly: boolean;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
};

const maxMessageBytes = 64 * 1024;

const closeWithinMs = 2000;

/** Opens the WebSocket side of a server, and checks its connections every second. */
export function openSockets(deps: SocketDeps): Sockets {
  const { protocol, recheck, clock, log } = deps;
  const connections = new Set<Connection>();
  const queue = createSendQueue(clock);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const stopSweep = every(clock, checkEveryMs, () => {
    for (const connection of connections) checkConnection(connection, clock, recheck);
  });

  const noteError = (error: unknown) => log.debug({ err: error }, 'A WebSocket failed.');

  /** Outside of \`upgrade\`: listeners that are made there would keep the request in memory as long as the socket. */
  function connect(socket: WebSocket, stream: Duplex): Connection {
    const connection = createConnection(createSendBuffer(socket, stream, queue), clock);
    connections.add(connection);
    socket.on('close', () => void connections.delete(connection));
    // After a frame that violates the protocol or its limits, ws itself closes the socket with the right code.
    socket.on('error', noteError);
    return connection;
  }

  return {
    upgrade(request, stream, head) {
      stream.on('error', destroyBroken);
      const refused = refusalOf(request, deps);
      if (refused !== null) return refuse(stream, refused);
      server.handleUpgrade(request, stream, head, (socket) => {
        protocol.open(connect(socket, stream), upgradeCredentialOf(request));
      });
    },
    count: () => ({
      sockets: connections.size,
      operations: [...connections].reduce((sum, { running }) => sum + running.size, 0),
    }),
    async close() {
      stopSweep();
      for (const { buffer } of connections) close(buffer, closeCode.restart, 'Restarting');
      await withTimeout(closedOf(connections), closeWithinMs, clock);
      for (const { socket } of connections) socket.terminate();
    },
  };
}

/** A stream that breaks before it is a socket needs no log line. */
function destroyBroken(this: Duplex): void {
  this.destroy();
}

async function closedOf(connections: Iterable<Connection>): Promise<void> {
  await Promise.all(
    [...connections].map(({ socket }) => new Promise<void>((resolve) => void socket.once('close', () => resolve()))),
  );
}

type UpgradeRefusal = { readonly status: number; readonly code: ErrorCode; readonly message: string };

function refusalOf(
  request: IncomingMessage,
  { base, isDraining, loopbackOnly, origins }: SocketDeps,
): UpgradeRefusal | null {
  if (!isApiPath(pathOf(request.url)))
    return { status: 404, code: 'NOT_FOUND', message: `WebSockets are at ${base}/graphql.` };
  if (isDraining()) return { status: 503, code: 'INTERNAL_SERVER_ERROR', message: stoppingMessage };
  const foreign = loopbackOnly ? origins.foreignIn(request) : null;
  if (foreign !== null) return { status: 403, code: 'FORBIDDEN', message: foreign };
  if (origins.allows(request)) return null;
  const message = 'Pages of this origin are not allowed; the setting ALLOWED_ORIGINS lists those that are.';
  return { status: 403, code: 'FORBIDDEN', message };
}

function refuse(stream: Duplex, { status, code, message }: UpgradeRefusal): void {
  const body = JSON.stringify({ errors: [refusal(code, message)] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
  ];
  // The client may keep its half open for ever.
  stream.once('finish', () => void stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
