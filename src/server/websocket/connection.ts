import type { WebSocket } from 'ws';
import type { Clock } from '../../ports.ts';
import type { Recheck, Session } from '../auth/recheck.ts';
import { close, type SendBuffer, unsentOf } from './send-buffer.ts';
import type { Running } from './subscriber.ts';

/** One open socket. `session` is null until `connection_init` has told it. */
export type Client = {
  readonly socket: WebSocket;
  readonly buffer: SendBuffer;
  /** The operations that run, by the ids that the client chose. */
  readonly running: Map<string, Running>;
  session: Session | null;
  /** Whether anything was heard since the last ping. */
  isAlive: boolean;
  pingedAt: number;
  /** Since when too much is unsent; null where it is not. Monotonic milliseconds, as the others. */
  slowSince: number | null;
  closingSince: number | null;
};

/** Why a socket is closed. After 1012, 1013, 4403 and 4408 clients come back; after the others they give up. */
export const closeCode = {
  restart: 1012,
  tryAgain: 1013,
  badMessage: 4400,
  /** The token never will be good: none, malformed, wrongly signed, or for an environment that is not here. Or none was shown yet. */
  unauthorized: 4401,
  /** A fresh token will do. */
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

/** How long the other side has to answer a close. */
const closeWithinMs = 5000;

/** A socket that has just opened, by its outbox. */
export function createClient(buffer: SendBuffer, clock: Clock): Client {
  const { socket } = buffer;
  const client: Client = {
    socket,
    buffer,
    running: new Map(),
    session: null,
    isAlive: true,
    pingedAt: clock.monotonic(),
    slowSince: null,
    closingSince: null,
  };
  const hear = () => {
    client.isAlive = true;
  };
  socket.on('pong', hear);
  socket.on('message', hear);
  return client;
}

/** Looks after a socket, about once a second: closes it where its token is no longer good or it does not read, pings it, cuts it where it is silent. */
export function checkConnection(client: Client, clock: Clock, recheck: Recheck): void {
  const { socket, buffer, session } = client;
  const now = clock.monotonic();
  if (session !== null) recheck.poll(session, (reason) => close(buffer, closeCode.expired, reason));
  if (socket.readyState !== socket.OPEN) client.closingSince ??= now;
  client.slowSince = unsentOf(buffer) > maxUnsentBytes ? (client.slowSince ?? now) : null;

  const care = careOf(client, now);
  if (care === 'cut') socket.terminate();
  else if (care === 'close') close(buffer, closeCode.tryAgain, 'Too slow');
  else if (care === 'ping') {
    client.isAlive = false;
    client.pingedAt = now;
    socket.ping();
  }
}

function careOf({ isAlive, pingedAt, slowSince, closingSince }: Client, now: number): 'cut' | 'close' | 'ping' | null {
  if (closingSince !== null) return now - closingSince >= closeWithinMs ? 'cut' : null;
  if (slowSince !== null && now - slowSince >= slowForMs) return 'close';
  if (now - pingedAt < pingEveryMs) return null;
  return isAlive ? 'ping' : 'cut';
}
