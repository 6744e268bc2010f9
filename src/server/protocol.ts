import type { ExecutionArgs } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Clock, Log } from '../ports.ts';
import { type Client, closeCode } from './client.ts';
import { type Engine, isStream, type Results } from './engine.ts';
import { refusal } from './errors.ts';
import type { Verdict, Verify } from './identity.ts';
import { createSeats, userKeyOf } from './limits.ts';
import { noResults, quiet, silence } from './quiet.ts';

/** Speaks graphql-transport-ws (graphql-ws's PROTOCOL.md) over sockets. */
export interface Protocol {
  open(client: Client): void;
}

/** What it is made of. */
export type ProtocolParts = {
  readonly engine: Engine;
  readonly verify: Verify;
  readonly clock: Clock;
  readonly log: Log;
};

const initWithinMs = 3000;
const socketsPerUser = 20;
const operationsPerSocket = 100;

/** The protocol on the engine: callers are told apart by `connection_init`, operations run as over HTTP. */
export function createProtocol({ engine, verify, clock, log }: ProtocolParts): Protocol {
  const seats = createSeats(socketsPerUser);
  /** What onSubscribe has started, until graphql-ws asks for it: only there can an operation be refused by an error message. */
  const started = new WeakMap<ExecutionArgs, Results>();
  const resultsOf = (args: ExecutionArgs) => started.get(args) ?? { errors: [] };

  const server = makeServer<Record<string, unknown>, Client>({
    connectionInitWaitTimeout: initWithinMs,
    async onConnect({ extra: client, connectionParams }) {
      const { socket } = client;
      const verdict = await verify(authorizationOf(connectionParams ?? {}));
      // It may have left meanwhile, and would never leave its seat.
      if (socket.readyState !== socket.OPEN) return false;
      if (verdict.kind !== 'known') return turnedAway(socket, verdict);
      const user = userKeyOf(verdict.viewer);
      if (!seats.take(user)) {
        socket.close(closeCode.tryAgain, `More than ${socketsPerUser} sockets of one user`);
        return false;
      }
      socket.once('close', () => seats.leave(user));
      client.caller = verdict;
      return true;
    },
    async onSubscribe(context, id, payload) {
      if (Object.keys(context.subscriptions).length > operationsPerSocket) {
        const message = `A socket may run ${operationsPerSocket} operations at once; complete one first.`;
        return [refusal('RATE_LIMITED', message)];
      }
      const { query, operationName, variables } = payload;
      const params = { query, ...(operationName ? { operationName } : {}), ...(variables ? { variables } : {}) };
      // The client may complete it meanwhile, and then use its id for another.
      const place = noResults();
      context.subscriptions[id] = place;
      const outcome = await engine.start(context.extra.caller?.viewer ?? null, params, clock.newId());
      if (context.subscriptions[id] !== place) {
        if ('args' in outcome && isStream(outcome.results)) await quiet(outcome.results).return();
        return silence();
      }
      if (!('args' in outcome)) return outcome;
      const { args, results } = outcome;
      started.set(args, isStream(results) ? quiet(results) : results);
      return args;
    },
    execute: resultsOf,
    subscribe: resultsOf,
    onError: (_context, _id, _payload, errors) => errors.map((error) => engine.publish(error, clock.newId()).toJSON()),
  });

  return {
    open(client) {
      const { socket } = client;
      const closed = server.opened(portOf(socket, log), client);
      socket.once('close', (code, reason) => {
        closed(code, reason.toString()).catch((error: unknown) => {
          log.error({ err: error }, 'The operations of a closed WebSocket could not be ended.');
        });
      });
    },
  };
}

/** The header that a browser cannot set on a socket, in whatever spelling. */
function authorizationOf(params: Readonly<Record<string, unknown>>): string | undefined {
  const name = Object.keys(params).find((key) => key.toLowerCase() === 'authorization');
  const value = name === undefined ? undefined : params[name];
  return typeof value === 'string' ? value : undefined;
}

function turnedAway(socket: WebSocket, verdict: Exclude<Verdict, { kind: 'known' }>): false {
  switch (verdict.kind) {
    case 'anonymous':
      socket.close(closeCode.unauthorized, 'connection_init needs {"authorization": "Bearer …"}');
      break;
    case 'invalid':
    case 'forbidden':
      socket.close(closeCode.unauthorized, verdict.message);
      break;
    case 'expired':
      socket.close(closeCode.expired, verdict.message);
      break;
    case 'unavailable':
      socket.close(closeCode.tryAgain, verdict.message);
      break;
  }
  return false;
}

/** A socket as graphql-ws sees it. Its handlers never reject: a socket that breaks takes nothing else with it. */
function portOf(socket: WebSocket, log: Log): Parameters<ReturnType<typeof makeServer>['opened']>[0] {
  return {
    protocol: socket.protocol,
    // Fulfils once the frame is handed to the kernel, so that a slow reader holds its own subscriptions back; one that left has them ended by its close.
    send: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
    close: (code, reason) => socket.close(code, reasonOf(reason)),
    onMessage(handle) {
      socket.on('message', (data, isBinary) => {
        // Once it is being closed, what still comes is not acted upon: nobody would hear what came of it.
        if (socket.readyState !== socket.OPEN) return;
        if (isBinary) return socket.close(closeCode.badMessage, 'Messages are text');
        handle(String(data)).catch((error: unknown) => {
          // Our own callbacks do not reject; what does is a message that only servers send.
          const isTheirs = error instanceof Error && error.message.startsWith('Unexpected message');
          if (!isTheirs) log.error({ err: error }, 'A WebSocket message could not be handled.');
          socket.close(isTheirs ? closeCode.badMessage : closeCode.broken, 'The message could not be handled');
        });
      });
    },
  };
}

const longestReasonBytes = 123;

/** As much of a reason as a close frame holds (RFC 6455, section 5.5). */
function reasonOf(text = ''): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(longestReasonBytes));
  return text.slice(0, read);
}
