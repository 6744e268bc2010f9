import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { userKeyOf } from '../../gateway/viewer.ts';
import type { Clock, Log } from '../../ports.ts';
import type { AuthResult, Refused, Verify } from '../auth/auth-result.ts';
import { createSeats } from '../auth/limits.ts';
import type { Recheck } from '../auth/recheck.ts';
import { credentialOf, type Shown, type UpgradeCredential } from '../auth/shown-credential.ts';
import type { Params } from '../graphql/params.ts';
import { type Client, closeCode } from './connection.ts';
import { ackFrame, type ClientMessage, readMessage } from './message.ts';
import type { Operations } from './operations.ts';
import { close, post } from './send-buffer.ts';

/** Speaks graphql-transport-ws (graphql-ws's PROTOCOL.md) over sockets. */
export interface Protocol {
  /** `upgrade`: what the request that became the socket showed. */
  open(client: Client, upgrade: UpgradeCredential): void;
}

/** What it is made of. */
export type ProtocolDeps = {
  readonly operations: Operations;
  readonly verify: Verify;
  readonly recheck: Recheck;
  /** How many one user may have open at once. */
  readonly socketsPerUser: number;
  readonly clock: Clock;
  readonly log: Log;
};

const initWithinMs = 3000;

/** The protocol: callers are told apart by `connection_init`, then run operations under ids of their choice. */
export function createProtocol({ operations, verify, recheck, socketsPerUser, clock, log }: ProtocolDeps): Protocol {
  const seats = createSeats(socketsPerUser);

  async function greet(client: Client, shown: Shown | Refused): Promise<void> {
    const { socket, buffer } = client;
    const authorization = 'kind' in shown ? undefined : shown.authorization;
    const authResult = 'kind' in shown ? shown : await verify(authorization);
    // It may have left meanwhile, and would never leave its seat.
    if (socket.readyState !== socket.OPEN) return;
    if (authResult.kind !== 'known') {
      const { code, reason } = closingOf(authResult);
      return close(buffer, code, reason);
    }
    const user = userKeyOf(authResult.viewer);
    if (!seats.take(user)) return close(buffer, closeCode.tryAgain, `More than ${socketsPerUser} sockets of one user`);
    socket.once('close', () => seats.leave(user));
    client.session = recheck.sessionOf(authResult, authorization);
    post(buffer, ackFrame);
  }

  function receive(client: Client, message: Exclude<ClientMessage, { kind: 'init' }>): void {
    switch (message.kind) {
      case 'ping':
        post(client.buffer, message.pong);
        break;
      case 'pong':
        break;
      case 'subscribe':
        subscribe(client, message.id, message.params);
        break;
      case 'complete':
        operations.stop(client, message.id);
        break;
    }
  }

  function subscribe(client: Client, id: string, params: Params): void {
    const { buffer, session, running } = client;
    if (session === null) close(buffer, closeCode.unauthorized, 'Unauthorized');
    else if (running.has(id)) close(buffer, closeCode.idInUse, reasonOf(`Subscriber for ${id} already exists`));
    else operations.start(client, id, { viewer: session.viewer, params });
  }

  return {
    open(client, upgrade) {
      const { socket, buffer } = client;
      if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
        return close(buffer, closeCode.subprotocol, 'Subprotocol not acceptable');
      }
      const fail = (error: unknown) => {
        log.error({ err: error }, 'A WebSocket message could not be handled.');
        close(buffer, closeCode.broken, 'The message could not be handled');
      };
      let stopWaiting: (() => void) | null = clock.after(initWithinMs, () => {
        close(buffer, closeCode.initTimeout, 'Connection initialisation timeout');
      });
      socket.once('close', () => {
        stopWaiting?.();
        operations.stopAll(client);
      });
      socket.on('message', (data) => {
        // Once it is being closed, what still comes is not acted upon: nobody would hear what came of it.
        if (socket.readyState !== socket.OPEN) return;
        const message = readMessage(data);
        if (message === null) return close(buffer, closeCode.badMessage, 'Invalid message received');
        if (message.kind !== 'init') return receive(client, message);
        if (stopWaiting === null) return close(buffer, closeCode.secondInit, 'Too many initialisation requests');
        stopWaiting();
        stopWaiting = null;
        greet(client, credentialOf(message.payload, upgrade)).catch(fail);
      });
    },
  };
}

/** How a socket is closed whose caller is not let in. */
function closingOf(authResult: Exclude<AuthResult, { kind: 'known' }>): {
  readonly code: number;
  readonly reason: string;
} {
  switch (authResult.kind) {
    case 'anonymous':
      return { code: closeCode.unauthorized, reason: 'connection_init needs {"authorization": "Bearer …"}' };
    case 'invalid':
    case 'forbidden':
      return { code: closeCode.unauthorized, reason: authResult.message };
    case 'expired':
      return { code: closeCode.expired, reason: authResult.message };
    case 'unavailable':
      return { code: closeCode.tryAgain, reason: authResult.message };
  }
}

const longestReasonBytes = 123;

/** As much of a reason as a close frame holds (RFC 6455, section 5.5). */
function reasonOf(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(longestReasonBytes));
  return text.slice(0, read);
}
