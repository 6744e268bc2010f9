// One video with Apollo Client; README.md says how to run it.
import { randomUUID } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { WebSocket } from 'ws';
import { type Feed, feed, type Generated, generate, isEnded } from './operations.ts';
import { createSocket } from './socket.ts';

const { URL: url = 'http://127.0.0.1:4000/graphql', TOKEN: token, CURSOR: lastCursor = null } = process.env;

const [prompt = 'Two people shaking hands'] = process.argv.slice(2);

// An application returns a fresh token here, for every request and every connection.
const credentials = (): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });

// Apollo's link needs a global WebSocket, which Node 20 lacks; remove this line in a browser.
Object.assign(globalThis, { WebSocket });

const cache = new InMemoryCache({
  typePolicies: {
    Query: { fields: { jobs: relayStylePagination(['filter']) } },
    // These have no id, so Apollo would replace them; this merges their fields instead.
    JobProgress: { merge: true },
    Charge: { merge: true },
    // Each feed item replaces the previous one.
    Subscription: { fields: { jobEvents: { merge: false } } },
  },
});

const http = ApolloLink.from([
  // A lost response is not a refusal. The idempotency key ensures that repeating the request makes no second video.
  new RetryLink({ attempts: { max: 5 } }),
  new SetContextLink(() => ({ headers: credentials() })),
  new HttpLink({ uri: url }),
]);

const socket = new GraphQLWsLink(createSocket(url, credentials));

const client = new ApolloClient({
  cache,
  link: ApolloLink.split(({ operationType }) => operationType === 'subscription', socket, http),
});

// The types behind "... on Failure" and "... on FeedItem". An application reads them from the schema at build time.
type Types = {
  readonly __schema: { readonly types: readonly { name: string; possibleTypes: { name: string }[] | null }[] };
};

const schema = await client.query<Types>({ query: gql`{ __schema { types { name possibleTypes { name } } } }` });

for (const { name, possibleTypes } of schema.data?.__schema.types ?? []) {
  cache.policies.addPossibleTypes({ [name]: (possibleTypes ?? []).map((type) => type.name) });
}

// One key per intent, such as the id of an order. Sent as externalId, it also identifies our job in the feed.
const key = randomUUID();

let isRequested = false;

async function generateVideo(): Promise<void> {
  isRequested = true;
  const input = { prompt, idempotencyKey: key, externalId: key };
  const { data } = await client.mutate<Generated>({ mutation: gql(generate), variables: { input } });
  const { code, message } = data?.generateVideo ?? {};
  if (code !== undefined) fail(`${code}: ${message}`);
}

function fail(reason: unknown): void {
  console.error('Failed:', reason);
  process.exitCode = 1;
  subscription.unsubscribe();
}

const results = client.subscribe<Feed>({ query: gql(feed), variables: { after: lastCursor } });

const subscription = results.subscribe(({ data, error }) => {
  if (error !== undefined) return fail(error.message);
  if (!data) return;
  const { __typename: kind, cursor, status, message, job } = data.jobEvents;
  if (kind === 'FeedReset') console.log('The cursor is too old: read "jobs" again.');
  // You have received everything you missed. FeedLive arrives again after each reconnect.
  if (kind === 'FeedLive' && !isRequested) generateVideo().catch(fail);
  if (job?.externalId !== key) return;
  console.log(status, message);
  if (!isEnded(status)) return;
  // The link stays the same for ever: store it, or put it into <video src>.
  console.log('Video:', status === 'COMPLETED' ? job.videoUrl : 'none');
  // Keep it to resume from here next time.
  console.log('Cursor:', cursor);
  subscription.unsubscribe();
});
