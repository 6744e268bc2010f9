import {
  type Client,
  createClient,
  type FormattedExecutionResult,
  type Sink,
  type SubscribePayload,
} from 'graphql-ws/client';
import { addressOf } from '../route.ts';
import type { ConnectionState } from './connection.ts';

const longestWaitMs = 10_000;
const silenceMs = 5000;
/** The close codes for an expired and for an invalid credential. */
const refusedCodes = new Set([4401, 4403]);

/**
 * A socket that reconnects after every break and resumes jobEvents after the last cursor it received, so that no event is lost or
 * repeated. It gives up only if the gateway refuses the credential.
 */
export function createSocket(parameters: () => Record<string, string>, state: ConnectionState): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}${addressOf('/graphql')}`,
    lazy: true,
    connectionParams: parameters,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => state.read() !== 'refused',
    retryWait: (retries) => wait(Math.min(longestWaitMs, 500 * 2 ** retries) * (0.5 + Math.random() / 2)),
    keepAlive: 12_000,
    on: {
      connected: () => state.become('live'),
      closed(event) {
        clearTimeout(silence);
        const { code } = event as { readonly code?: number };
        state.become(refusedCodes.has(code ?? 0) ? 'refused' : 'lost');
      },
      // This is how a restarting gateway looks: its port is closed.
      error: () => state.become('lost'),
      // A connection can die silently: without a pong it is closed and opened again.
      ping(received) {
        if (!received) silence = setTimeout(() => client.terminate(), silenceMs);
      },
      pong(received) {
        if (received) clearTimeout(silence);
      },
    },
  });
  return { ...client, subscribe: (request, sink) => subscribeResumably(client, request, sink) };
}

/** Waits, but no longer than until the browser reports that the network is back. */
function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    addEventListener('online', end);
  });
}

function subscribeResumably<Data, Extensions>(
  client: Client,
  request: SubscribePayload,
  sink: Sink<FormattedExecutionResult<Data, Extensions>>,
): () => void {
  let { variables } = request;
  const resumable: SubscribePayload = {
    ...request,
    // Each new connection reads them when it sends the request.
    get variables() {
      return variables;
    },
  };
  return client.subscribe<Data, Extensions>(resumable, {
    next(result) {
      const cursor = cursorOf(result.data);
      if (cursor !== undefined) variables = { ...variables, after: cursor };
      sink.next(result);
    },
    error: (error) => sink.error(error),
    complete: () => sink.complete(),
  });
}

/** The resume point that an item of jobEvents carries. */
function cursorOf(data: unknown): string | undefined {
  // Of all root fields, only jobEvents has a cursor.
  const { jobEvents } = (data ?? {}) as { jobEvents?: { cursor?: string } };
  return jobEvents?.cursor;
}
