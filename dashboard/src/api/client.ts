import { Client, type CombinedError, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import type { Sink, Client as SocketClient } from 'graphql-ws/client';
import { authorizationOf, type Session } from '../session.ts';
import { createCache } from './cache.ts';
import { type ConnectionState, createConnectionState } from './connection.ts';
import { createSocket } from './socket.ts';

/** What talks to the gateway on behalf of one session. */
export type Api = {
  readonly client: Client;
  readonly socket: SocketClient;
  readonly connection: ConnectionState;
};

/** A client with a cache and a socket of its own: nothing of one session is seen in the next. */
export function createApi(session: Session, onRefused: (notice: string) => void): Api {
  const connection = createConnectionState();
  const socket = createSocket(() => authorizationOf(session), connection);
  connection.listen(() => {
    if (connection.read() === 'refused') onRefused('Your credential is no longer accepted: it may have expired.');
  });
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: () => ({ headers: authorizationOf(session), credentials: 'omit' }),
    exchanges: [
      mapExchange({
        onError(error) {
          const refusal = refusalOf(error);
          if (refusal !== null) onRefused(refusal);
        },
      }),
      createCache(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe(sink) {
            // Two libraries' names for one thing: only exactOptionalPropertyTypes tells them apart.
            const observer = sink as Sink;
            return { unsubscribe: socket.subscribe({ query, variables }, observer) };
          },
        }),
      }),
    ],
  });
  return { client, socket, connection };
}

/** What the gateway says where it does not accept who is asking; null where that is not the trouble. */
export function refusalOf(error: CombinedError): string | null {
  const refused = error.graphQLErrors.find(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');
  return refused?.message ?? null;
}

/** A sentence for a person. */
export function sentenceOf(error: CombinedError): string {
  if (error.networkError !== undefined) return 'The gateway cannot be reached.';
  return error.graphQLErrors[0]?.message ?? error.message;
}
