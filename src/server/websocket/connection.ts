import type { WebSocket } from 'ws';
import type { Clock } from '../../ports.ts';
import type { Recheck, Session } from '../auth/recheck.ts';
import { close, type SendBuffer, unsentOf } from './send-buffer.ts';
import type { Running } from './subscriber.ts';

/** One open WebSocket, from the server's side. Times are monotonic milliseconds. */
export type Connection = {
  readonly socket: WebSocket;
  readonly buffer: SendBuffer;
  /** The operations that run, by the ids that the client chose. */
  readonly running: Map<string, Running>;
  /** Null until `connection_init` has been accepted. */
  session: Session | null;
  /** Whether the client has sent anything since the last ping. */
  isAlive: boolean;
  pingedAt: number;
  /** When too much was first unsent; null while it is not. */
  slowSince: number | null;
  closingSince: number | null;
};

/** Why a socket is closed. Clients reconnect after 1012, 1013, 4403 and 4408; after the others they give up. */
export const closeCode = {
  restart: 1012,
  tryAgain: 1013,
  badMessage: 4400,
  /** The token will never be valid (missing, malformed, wrongly signed, for an environment that is not here), or none was sent yet. */
  unauthorized: 4401,
  /** A new token will be accepted. */
  expired: 4403,
  subprotocol: 4406,
  initTimeout: 4408,
  idInUse: 4409,
  secondInit: 4429,
  broken: 4500,
} as const;

const pingEveryMs = 12_000;

const maxUnsentBytes = 1024 * 1024;

const slowForMs = 10_000;

/** How long the client has to answer a close frame. */
const closeWithinMs = 5000;

/** The connection of a socket that has just opened. */
export function createConnection(buffer: SendBuffer, clock: Clock): Connection {
  const { socket } = buffer;
  const connection: Connection = {
    socket,
    buffer,
    running: new Map(),
    session: null,
    isAlive: true,
    pingedAt: clock.monotonic(),
    slowSince: null,
    closingSince: null,
  };
  const onReceived = () => {
    connection.isAlive = true;
    readWhenRead(buffer);
  };
  socket.on('pong', onReceived);
  socket.on('ping', onReceived);
  socket.on('message', onReceived);
  return connection;
}

/**
 * Reads nothing more from a client that has left 1 MiB unread, until it has read all of it. Pings and invalid operations are answered at
 * once, so without this a client that only sends could fill the memory with pongs and errors.
 */
function readWhenRead({ socket, stream }: SendBuffer): void {
  if (socket.isPaused || stream.writableLength <= maxUnsentBytes) return;
  socket.pause();
  stream.once('drain', () => socket.resume());
}

/**
 * Checks a connection; called about once a second.
 *
 *   open    ── 12 s since the last ping, something received ──► open: pinged again
 *   open    ── 12 s since the last ping, nothing received ────► terminated, unless its messages are not being read
 *   open    ── more than 1 MiB unsent for 10 s ───────────────► closing with 1013
 *   open    ── the token is no longer valid ──────────────────► closing with 4403
 *   closing ── 5 s without an answer ─────────────────────────► terminated
 */
export function checkConnection(connection: Connection, clock: Clock, recheck: Recheck): void {
  const { socket, buffer, session } = connection;
  const now = clock.monotonic();
  if (session !== null) recheck.check(session, (reason) => close(buffer, closeCode.expired, reason));
  if (socket.readyState !== socket.OPEN) connection.closingSince ??= now;
  connection.slowSince = unsentOf(buffer) > maxUnsentBytes ? (connection.slowSince ?? now) : null;

  const action = actionFor(connection, now);
  if (action === 'terminate') socket.terminate();
  else if (action === 'close') close(buffer, closeCode.tryAgain, 'Too slow');
  else if (action === 'ping') {
    connection.isAlive = false;
    connection.pingedAt = now;
    socket.ping();
  }
}

function actionFor(connection: Connection, now: number): 'terminate' | 'close' | 'ping' | null {
  const { socket, isAlive, pingedAt, slowSince, closingSince } = connection;
  if (closingSince !== null) return now - closingSince >= closeWithinMs ? 'terminate' : null;
  if (slowSince !== null && now - slowSince >= slowForMs) return 'close';
  if (now - pingedAt < pingEveryMs) return null;
  return isAlive || socket.isPaused ? 'ping' : 'terminate';
}
