import type { WebSocket } from 'ws';
import type { Clock } from '../ports.ts';
import type { Caller } from './identity.ts';

/** One open socket. `caller` is null until `connection_init` has told it. */
export type Client = {
  readonly socket: WebSocket;
  caller: Caller | null;
  /** Whether anything was heard since the last ping. */
  heard: boolean;
  pingedAt: number;
  /** Since when too much is unsent; null where it is not. Monotonic milliseconds, as the others. */
  slowSince: number | null;
  closingSince: number | null;
};

/** Close codes beside the protocol's own. Clients come back after 1012, 1013 and 4403, and give up after 4400, 4401 and 4500. */
export const closeCode = {
  restart: 1012,
  tryAgain: 1013,
  badMessage: 4400,
  /** The token never will be good: none, malformed, wrongly signed, or for an environment that is not here. */
  unauthorized: 4401,
  /** A fresh token will do. */
  expired: 4403,
  broken: 4500,
} as const;

const pingEveryMs = 12_000;
const maxUnsentBytes = 1024 * 1024;
const slowForMs = 10_000;
/** How long the other side has to answer a close. */
const closeWithinMs = 5000;

/** A socket that has just opened. */
export function createClient(socket: WebSocket, clock: Clock): Client {
  const client: Client = {
    socket,
    caller: null,
    heard: true,
    pingedAt: clock.monotonic(),
    slowSince: null,
    closingSince: null,
  };
  const hear = () => {
    client.heard = true;
  };
  socket.on('pong', hear);
  socket.on('message', hear);
  return client;
}

/** Looks after a socket, about once a second: closes it where its token expired or it does not read, pings it, cuts it where it is silent. */
export function tend(client: Client, clock: Clock): void {
  const { socket } = client;
  const now = clock.monotonic();
  if (socket.readyState !== socket.OPEN) client.closingSince ??= now;
  client.slowSince = socket.bufferedAmount > maxUnsentBytes ? (client.slowSince ?? now) : null;

  const care = careOf(client, now, clock.now());
  if (care === 'cut') socket.terminate();
  else if (care === 'ping') {
    client.heard = false;
    client.pingedAt = now;
    socket.ping();
  } else if (care !== null) socket.close(care.code, care.reason);
}

type Care = 'cut' | 'ping' | { readonly code: number; readonly reason: string };

function careOf({ caller, heard, pingedAt, slowSince, closingSince }: Client, now: number, time: number): Care | null {
  if (closingSince !== null) return now - closingSince >= closeWithinMs ? 'cut' : null;
  const expiresAt = caller?.expiresAt ?? null;
  if (expiresAt !== null && expiresAt <= time) {
    return { code: closeCode.expired, reason: 'The token has expired' };
  }
  if (slowSince !== null && now - slowSince >= slowForMs) return { code: closeCode.tryAgain, reason: 'Too slow' };
  if (now - pingedAt < pingEveryMs) return null;
  return heard ? 'ping' : 'cut';
}
