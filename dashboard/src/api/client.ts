import { Client, type CombinedError, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import type { Sink, Client as SocketClient } from 'graphql-ws/client';
import { addressOf } from '../route.ts';
import { authorizationOf, type Session } from '../session.ts';
import { createCache } from './cache.ts';
import { type ConnectionState, createConnectionState } from './connection.ts';
import { createSocket } from './socket.ts';

/** The connections of one session to the gateway. */
export type Api = {
  readonly client: Client;
  readonly socket: SocketClient;
  readonly connection: ConnectionState;
};

/** A client with a cache and a socket of its own, so that nothing of one session shows in the next. */
export function createApi(session: Session, onRefused: (notice: string) => void): Api {
  const connection = createConnectionState();
  const socket = createSocket(() => authorizationOf(session), connection);
  connection.listen(() => {
    if (connection.read() === 'refused') onRefused('Your token or key is no longer accepted. It may have expired.');
  });
  const client = new Client({
    url: addressOf('/graphql'),
    preferGetMethod: false,
    fetchOptions: () => ({ headers: authorizationOf(session), credentials: 'omit' }),
    exchanges: [
      mapExchange({
        // A refused field can empty the whole response: for the pages that is no data.
        onResult: (result) => (result.data === null ? { ...result, data: undefined } : result),
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
            // urql and graphql-ws name the same observer differently; only exactOptionalPropertyTypes sees a difference.
            const observer = sink as Sink;
            return { unsubscribe: socket.subscribe({ query, variables }, observer) };
          },
        }),
      }),
    ],
  });
  return { client, socket, connection };
}

/** The gateway's sentence if it refuses the credential; null for any other error. */
export function refusalOf(error: CombinedError): string | null {
  const refused = error.graphQLErrors.find(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');
  return refused?.message ?? null;
}

/** The sentence to show for an error. */
export function sentenceOf(error: CombinedError): string {
  if (error.networkError !== undefined) return 'The gateway can’t be reached.';
  return error.graphQLErrors[0]?.message ?? error.message;
}
