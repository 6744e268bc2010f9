import { Client, cacheExchange, createRequest, fetchExchange, subscriptionExchange } from '@urql/core';
import type { Sink } from 'graphql-ws';
import { createSocket } from '../../../examples/socket.ts';
import { operations } from '../../client/operations.ts';
import type { OpenClient } from './client.ts';

/** urql, its subscriptions over graphql-ws. */
export const openUrqlClient: OpenClient = async (url, credentials) => {
  const socket = createSocket(`${url}/graphql`, credentials);
  /** urql does not report completion to its subscribers, so this intercepts it on its way to urql. */
  const completions = new Map<number, () => void>();
  const client = new Client({
    url: `${url}/graphql`,
    fetchOptions: () => ({ headers: credentials() }),
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }, { key }) => ({
          subscribe(sink) {
            // Two libraries' types for the same value: only exactOptionalPropertyTypes tells them apart.
            const observer = sink as Sink;
            const complete = () => {
              observer.complete();
              completions.get(key)?.();
            };
            return { unsubscribe: socket.subscribe({ query, variables }, { ...observer, complete }) };
          },
        }),
      }),
    ],
  });
  return {
    async run(name, variables) {
      const text = operations[name];
      const isMutation = /^\s*mutation/.test(text);
      const { data, error } = await (isMutation ? client.mutation(text, variables) : client.query(text, variables));
      if (error !== undefined) throw error;
      return data;
    },
    watch(name, variables, next) {
      const request = createRequest(operations[name], variables);
      let stop: () => void = () => undefined;
      const ended = new Promise<void>((resolve, reject) => {
        completions.set(request.key, resolve);
        const results = client.executeSubscription(request);
        stop = results.subscribe(({ data, error }) => (error === undefined ? next(data) : reject(error))).unsubscribe;
      });
      return { ended, stop };
    },
    close: async () => socket.dispose(),
  };
};
