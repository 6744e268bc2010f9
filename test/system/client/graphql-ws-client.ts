import { createSocket } from '../../../examples/socket.ts';
import { operations } from '../../client/operations.ts';
import type { Loose } from '../../world/gateway.ts';
import type { OpenClient } from './client.ts';

/** graphql-ws's own client: everything over one socket. */
export const openGraphqlWsClient: OpenClient = async (url, credentials) => {
  const socket = createSocket(`${url}/graphql`, credentials);
  return {
    run(name, variables) {
      return new Promise((resolve, reject) => {
        let data: Loose;
        socket.subscribe<Loose>(
          { query: operations[name], variables },
          {
            next(result) {
              data = result.data;
            },
            error: reject,
            complete: () => resolve(data),
          },
        );
      });
    },
    watch(name, variables, next) {
      let stop: () => void = () => undefined;
      const ended = new Promise<void>((resolve, reject) => {
        stop = socket.subscribe<Loose>(
          { query: operations[name], variables },
          { next: ({ data }) => next(data), error: reject, complete: resolve },
        );
      });
      return { ended, stop };
    },
    close: async () => socket.dispose(),
  };
};
