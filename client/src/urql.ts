import {
  composeExchanges,
  type Exchange,
  type ExecutionResult,
  fetchExchange,
  makeOperation,
  mapExchange,
  subscriptionExchange,
} from '@urql/core';
import { embeddedTypes, possibleTypes as types } from './cache-types.ts';
import { ReelgateError, type ResponseError } from './error.ts';
import type { Reelgate } from './reelgate.ts';

/**
 * The last exchange of an urql client, in place of `fetchExchange`: requests carry the kit's token, which is renewed when it expires, and
 * subscriptions take whatever way the network lets through. jobEvents resumes after its last cursor, so select `cursor`.
 */
export function reelgateExchange(reelgate: Reelgate): Exchange {
  return composeExchanges([
    mapExchange({
      onOperation(operation) {
        const { url, fetch } = reelgate;
        return makeOperation(operation.kind, operation, { ...operation.context, url, fetch, preferGetMethod: false });
      },
    }),
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe(sink) {
          const controller = new AbortController();
          const run = async () => {
            for await (const result of reelgate.subscribe(
              { query, variables: variables ?? {} },
              { signal: controller.signal },
            )) {
              // The gateway's results have urql's shape; the kit types less of it.
              sink.next(result as ExecutionResult);
            }
          };
          run().then(
            () => {
              if (!controller.signal.aborted) sink.complete();
            },
            (error: Error) => sink.error(wordsIn(error) ?? error),
          );
          return { unsubscribe: () => controller.abort() };
        },
      }),
    }),
    fetchExchange,
  ]);
}

/** What the gateway says, as urql shows it for requests: in `error.graphQLErrors`. Null if the error is not the gateway's. */
function wordsIn(error: Error): readonly ResponseError[] | null {
  // errorOf puts the gateway's own errors there.
  if (Array.isArray(error.cause)) return error.cause as readonly ResponseError[];
  if (!(error instanceof ReelgateError) || error.code === 'NETWORK') return null;
  return [{ message: error.message, extensions: { code: error.code } }];
}

/** What `@urql/exchange-graphcache` has to know of the schema: `cacheExchange(cacheOptions)`. */
export const cacheOptions = {
  keys: Object.fromEntries(embeddedTypes.map((type) => [type, () => null])),
  possibleTypes: Object.fromEntries(Object.entries(types).map(([name, members]) => [name, [...members]])),
};
