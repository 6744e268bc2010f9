import { Kind, parse, visit } from 'graphql';
import { type Client, createClient, type FormattedExecutionResult, type Sink, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';

/** How long to wait for a pong before the connection counts as dead. */
const silenceMs = 5000;

const longestWaitMs = 30_000;

/**
 * A socket to the gateway at `url` (http or https, with its path) that always reconnects and resumes. On each new connection, its
 * `subscribe`, which urql, Apollo and Relay call, passes the last cursor it saw to jobEvents, so no event is lost and none arrives twice.
 * `credentials` is called for each connection and returns its connection parameters.
 */
export function createSocket(
  url: string,
  credentials: () => Record<string, string> | Promise<Record<string, string>>,
): Client {
  let silence: NodeJS.Timeout | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    // Node 20 has no WebSocket of its own; remove this line in a browser.
    webSocketImpl: WebSocket,
    // Connects with the first subscription and closes after the last.
    lazy: true,
    // Called for each connection, so after close code 4403 (expired token) the next one has a fresh token.
    connectionParams: credentials,
    // The defaults give up after five attempts, and at once if the gateway is down, as during a restart.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    // Random, so that clients do not reconnect all at once; limited, so that none waits for hours.
    retryWait: (retries) =>
      new Promise((resolve) => {
        setTimeout(resolve, Math.min(longestWaitMs, 500 * 2 ** retries) * (0.5 + Math.random() / 2));
      }),
    // A connection may die silently: ping, and drop it if no pong comes.
    keepAlive: 12_000,
    on: {
      ping(received) {
        if (!received) silence = setTimeout(() => client.terminate(), silenceMs);
      },
      pong(received) {
        if (received) clearTimeout(silence);
      },
      closed: () => clearTimeout(silence),
    },
  });
  return {
    ...client,
    subscribe<Data, Extensions>(request: SubscribePayload, sink: Sink<FormattedExecutionResult<Data, Extensions>>) {
      let { variables } = request;
      const feed = feedOf(request.query);
      const resumable: SubscribePayload = {
        ...request,
        // A getter, because graphql-ws reads it once for each connection.
        get variables() {
          return variables;
        },
      };
      return client.subscribe<Data, Extensions>(resumable, {
        next(result) {
          const cursor = cursorOf(result.data, feed);
          if (cursor !== undefined) variables = { ...variables, [feed.variable]: cursor };
          sink.next(result);
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      });
    },
  };
}

/** The names under which a document selects `jobEvents` and `cursor`, and the variable that it passes as `after`. */
type FeedNames = { readonly fields: Set<string>; readonly cursors: Set<string>; variable: string };

/** Reads these names, because a document may choose all three: `feed: jobEvents(after: $from) { ... on FeedItem { point: cursor } }`. */
function feedOf(query: string): FeedNames {
  const names: FeedNames = { fields: new Set(), cursors: new Set(), variable: 'after' };
  try {
    visit(parse(query), {
      Field({ name, alias, arguments: given = [] }) {
        if (name.value === 'cursor') names.cursors.add((alias ?? name).value);
        if (name.value !== 'jobEvents') return;
        names.fields.add((alias ?? name).value);
        const after = given.find((argument) => argument.name.value === 'after')?.value;
        if (after?.kind === Kind.VARIABLE) names.variable = after.name.value;
      },
    });
  } catch {
    // The gateway reports what is wrong with the document.
  }
  return names;
}

/** The cursor in an item of jobEvents. */
function cursorOf(data: unknown, { fields, cursors }: FeedNames): string | undefined {
  for (const [field, item] of Object.entries(data ?? {})) {
    if (!fields.has(field)) continue;
    const cursor = Object.entries(item ?? {}).find(([name]) => cursors.has(name))?.[1];
    if (typeof cursor === 'string') return cursor;
  }
  return undefined;
}
