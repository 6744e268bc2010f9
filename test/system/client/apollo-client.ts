import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { buildSchema, isAbstractType } from 'graphql';
import { WebSocket } from 'ws';
import { createSocket } from '../../../examples/socket.ts';
import { projectRoot } from '../../../src/lib/package.ts';
import { operations } from '../../client/operations.ts';
import type { Loose } from '../../world/gateway.ts';
import { errorOf, type OpenClient } from './client.ts';

// Node 20 has no WebSocket, and Apollo's link reads the global.
Object.assign(globalThis, { WebSocket });

/** Apollo Client with its normalised cache and subscriptions over graphql-ws. */
export const openApolloClient: OpenClient = async (url, credentials) => {
  const socket = createSocket(`${url}/graphql`, credentials);
  const http = new SetContextLink(() => ({ headers: credentials() })).concat(new HttpLink({ uri: `${url}/graphql` }));
  const client = new ApolloClient({
    cache: new InMemoryCache({
      possibleTypes: possibleTypes(),
      typePolicies: { Subscription: { fields: { jobEvents: { merge: false } } } },
    }),
    link: ApolloLink.split(({ operationType }) => operationType === 'subscription', new GraphQLWsLink(socket), http),
  });
  return {
    async run(name, variables) {
      const document = gql(operations[name]);
      const isMutation = /^\s*mutation/.test(operations[name]);
      const { data } = await (isMutation
        ? client.mutate<Loose>({ mutation: document, variables })
        : client.query<Loose>({ query: document, variables }));
      return data;
    },
    watch(name, variables, next) {
      let stop: () => void = () => undefined;
      const ended = new Promise<void>((resolve, reject) => {
        const results = client.subscribe<Loose>({ query: gql(operations[name]), variables });
        const subscription = results.subscribe({
          next: ({ data, error }) => (error === undefined ? next(data) : reject(errorOf(error))),
          error: reject,
          complete: resolve,
        });
        stop = () => subscription.unsubscribe();
      });
      return { ended, stop };
    },
    async close() {
      client.stop();
      await socket.dispose();
    },
  };
};

/** The members of each interface and union, so that the cache can match fragments. */
function possibleTypes(): Record<string, string[]> {
  const schema = buildSchema(readFileSync(join(projectRoot(), 'schema/schema.graphql'), 'utf8'));
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]));
}
