import { Kind, parse, visit } from 'graphql';
import { type Client, createClient, type FormattedExecutionResult, type Sink, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';

/** How long to wait for the answer to a ping before a connection counts as dead. */
const silenceMs = 5000;

const longestWaitMs = 30_000;

/**
 * A socket to the gateway at `url` (http or https, with its path) that comes back whatever happens and goes on where it was. Its
 * `subscribe`, which urql, Apollo and Relay call, asks each new connection for what came after the last cursor it saw: of jobEvents nothing
 * is lost between two connections, and nothing comes twice. `credentials` is called for each connection and answers its parameters.
 */
export function createSocket(
  url: string,
  credentials: () => Record<string, string> | Promise<Record<string, string>>,
): Client {
  let silence: NodeJS.Timeout | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    // Node 20 has no WebSocket of its own; in a browser this line goes.
    webSocketImpl: WebSocket,
    // Connects with the first subscription and closes after the last.
    lazy: true,
    // Asked anew each time: a connection that ends with 4403, an expired token, comes back with a fresh one.
    connectionParams: credentials,
    // The defaults give up after five attempts, and at once where nobody listens, which is how a restart looks from outside.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    // Not everyone at the same moment, and never only after hours.
    retryWait: (retries) =>
      new Promise((resolve) => {
        setTimeout(resolve, Math.min(longestWaitMs, 500 * 2 ** retries) * (0.5 + Math.random() / 2));
      }),
    // A connection may die without a word: ping, and drop it where no pong comes.
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
        // Read when the request is sent, once for each connection.
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

/** Under which names a document selects `jobEvents` and its `cursor`, and the variable it gives to `after`. */
type FeedNames = { readonly fields: Set<string>; readonly cursors: Set<string>; variable: string };

/** Documents may call all three what they like: `feed: jobEvents(after: $from) { ... on FeedItem { point: cursor } }`. */
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
    // The gateway says what is wrong with it.
  }
  return names;
}

/** The resume point that an item of jobEvents carries. */
function cursorOf(data: unknown, { fields, cursors }: FeedNames): string | undefined {
  for (const [field, item] of Object.entries(data ?? {})) {
    if (!fields.has(field)) continue;
    const cursor = Object.entries(item ?? {}).find(([name]) => cursors.has(name))?.[1];
    if (typeof cursor === 'string') return cursor;
  }
  return undefined;
}
