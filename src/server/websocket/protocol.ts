import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { userKeyOf } from '../../gateway/viewer.ts';
import type { Clock, Log } from '../../ports.ts';
import type { AuthResult, Refused, Verify } from '../auth/auth-result.ts';
import type { LimitReport } from '../auth/limit-report.ts';
import { createSlots } from '../auth/limits.ts';
import type { Recheck } from '../auth/recheck.ts';
import { credentialOf, type Shown, type UpgradeCredential } from '../auth/shown-credential.ts';
import { refusal } from '../graphql/errors.ts';
import type { PersistedDocuments } from '../graphql/persisted-documents.ts';
import { readOperation } from '../graphql/read-operation.ts';
import { type Connection, closeCode } from './connection.ts';
import { ackFrame, type ClientMessage, errorFrame, readMessage } from './message.ts';
import type { Operations } from './operations.ts';
import { close, send } from './send-buffer.ts';

/** Speaks graphql-transport-ws (graphql-ws's PROTOCOL.md) over sockets. */
export interface Protocol {
  /** `upgrade`: the credential in the request that became the socket. */
  open(connection: Connection, upgrade: UpgradeCredential): void;
}

/** The parts that the protocol needs. */
export type ProtocolDeps = {
  readonly operations: Operations;
  readonly documents: PersistedDocuments;
  readonly verify: Verify;
  readonly recheck: Recheck;
  /** How many sockets one user may have open at once. */
  readonly socketsPerUser: number;
  /** Receives who has more. */
  readonly limits: LimitReport;
  readonly clock: Clock;
  readonly log: Log;
};

const initWithinMs = 3000;

/** The protocol: clients authenticate with `connection_init`, then run operations under ids of their choice. */
export function createProtocol(deps: ProtocolDeps): Protocol {
  const { operations, documents, verify, recheck, socketsPerUser, limits, clock, log } = deps;
  const slots = createSlots(socketsPerUser);

  async function authenticate(connection: Connection, shown: Shown | Refused): Promise<void> {
    const { socket, buffer } = connection;
    const authorization = 'kind' in shown ? undefined : shown.authorization;
    const authResult = 'kind' in shown ? shown : await verify(authorization);
    // A socket that closed meanwhile would never release its slot.
    if (socket.readyState !== socket.OPEN) return;
    if (authResult.kind !== 'known') {
      const { code, reason } = closingOf(authResult);
      return close(buffer, code, reason);
    }
    const user = userKeyOf(authResult.viewer);
    if (!slots.acquire(user)) {
      limits.hit('sockets', user, socketsPerUser);
      return close(buffer, closeCode.tryAgain, `More than ${socketsPerUser} sockets of one user`);
    }
    connection.session = recheck.sessionOf(authResult, authorization);
    send(buffer, ackFrame);
  }

  function receive(connection: Connection, message: Exclude<ClientMessage, { kind: 'init' }>): void {
    switch (message.kind) {
      case 'ping':
        send(connection.buffer, message.pong);
        break;
      case 'pong':
        break;
      case 'subscribe':
        subscribe(connection, message);
        break;
      case 'complete':
        operations.stop(connection, message.id);
        break;
    }
  }

  function subscribe(connection: Connection, { id, payload }: Extract<ClientMessage, { kind: 'subscribe' }>): void {
    const { buffer, session, running } = connection;
    if (session === null) close(buffer, closeCode.unauthorized, 'Unauthorized');
    else if (running.has(id)) close(buffer, closeCode.idInUse, reasonOf(`Subscriber for ${id} already exists`));
    else {
      const { viewer } = session;
      const params = readOperation(payload, (selection) => documents.find(selection, userKeyOf(viewer)));
      if ('query' in params) operations.start(connection, id, { viewer, params });
      // The operation was never started, so its id stays free.
      else send(buffer, errorFrame(JSON.stringify([refusal(params.code, params.message)])), id);
    }
  }

  return {
    open(connection, upgrade) {
      const { socket, buffer } = connection;
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
      // `on`, because `once` takes more memory, and a socket closes only once.
      socket.on('close', () => {
        stopWaiting?.();
        operations.stopAll(connection);
        if (connection.session !== null) slots.release(userKeyOf(connection.session.viewer));
      });
      socket.on('message', (data) => {
        // A closing socket cannot send results, so its messages are ignored.
        if (socket.readyState !== socket.OPEN) return;
        const message = readMessage(data);
        if (message === null) return close(buffer, closeCode.badMessage, 'Invalid message received');
        if (message.kind !== 'init') return receive(connection, message);
        if (stopWaiting === null) return close(buffer, closeCode.secondInit, 'Too many initialisation requests');
        stopWaiting();
        stopWaiting = null;
        authenticate(connection, credentialOf(message.payload, upgrade)).catch(fail);
      });
    },
  };
}

/** The close code and reason for a caller that is not accepted. */
function closingOf(authResult: Exclude<AuthResult, { kind: 'known' }>): {
  readonly code: number;
  readonly reason: string;
} {
  switch (authResult.kind) {
    case 'anonymous':
      return { code: closeCode.unauthorized, reason: 'connection_init needs {"authorization": "Bearer …"}' };
    case 'invalid':
    case 'forbidden':
      return { code: closeCode.unauthorized, reason: reasonOf(authResult.message) };
    case 'expired':
      return { code: closeCode.expired, reason: authResult.message };
    case 'unavailable':
      return { code: closeCode.tryAgain, reason: authResult.message };
  }
}

const longestReasonBytes = 123;

/** The part of a reason that fits into a close frame (RFC 6455, section 5.5). */
function reasonOf(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(longestReasonBytes));
  return text.slice(0, read);
}
