import { createClient } from 'graphql-sse';
import { operations } from '../../client/operations.ts';
import type { Loose } from '../../world/gateway.ts';
import { errorOf, type OpenClient } from './client.ts';

/** graphql-sse's own client, in its distinct connections mode: every operation is a stream of its own. */
export const openGraphqlSseClient: OpenClient = async (url, headers) => {
  const client = createClient({
    url: `${url}/graphql`,
    headers,
    retryAttempts: Number.POSITIVE_INFINITY,
    retry: () =>
      new Promise((resolve) => {
        setTimeout(resolve, 200);
      }),
  });
  const subscribe = (
    name: keyof typeof operations,
    variables: Record<string, unknown>,
    next: (data: Loose) => void,
  ) => {
    let current = variables;
    const request = {
      query: operations[name],
      // Read when the request is sent, once per connection: a new connection continues after the last cursor.
      get variables() {
        return current;
      },
    };
    let stop: () => void = () => undefined;
    const ended = new Promise<void>((resolve, reject) => {
      stop = client.subscribe<Loose>(request, {
        next({ data, errors }) {
          if (errors !== undefined) return reject(errorOf(errors));
          if (data?.jobEvents !== undefined) current = { ...current, after: data.jobEvents.cursor };
          next(data);
        },
        error: reject,
        complete: resolve,
      });
    });
    return { ended, stop };
  };
  return {
    async run(name, variables) {
      let data: Loose;
      await subscribe(name, variables, (result) => {
        data = result;
      }).ended;
      return data;
    },
    watch: subscribe,
    close: async () => client.dispose(),
  };
};
