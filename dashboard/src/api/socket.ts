import {
  type Client,
  createClient,
  type FormattedExecutionResult,
  type Sink,
  type SubscribePayload,
} from 'graphql-ws/client';
import type { ConnectionState } from './connection.ts';

const longestWaitMs = 10_000;
const silenceMs = 5000;
/** A token that has expired, and one that never was good. */
const refusedCodes = new Set([4401, 4403]);

/**
 * A socket that comes back whatever happens, and asks each new connection for what came after the last cursor that it saw: of jobEvents
 * nothing is lost between two connections, and nothing comes twice. It gives up only where the credential is refused.
 */
export function createSocket(parameters: () => Record<string, string>, state: ConnectionState): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
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
      // Nobody listens: what a restart looks like from outside.
      error: () => state.become('lost'),
      // A connection may die without a word: where no pong comes it is dropped, and made anew.
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

/** Sooner where the browser says that the network is back. */
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
    // Read when the request is sent, once for each connection.
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
  // Of all root fields only jobEvents has it.
  const { jobEvents } = (data ?? {}) as { jobEvents?: { cursor?: string } };
  return jobEvents?.cursor;
}
