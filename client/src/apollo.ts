import { ApolloLink, type FieldFunctionOptions, HttpLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import { possibleTypes as types } from './cache-types.ts';
import type { Reelgate } from './reelgate.ts';

/**
 * The last link of an Apollo client, in place of `HttpLink`: requests carry the kit's token, which is renewed when it expires, and
 * subscriptions take whatever way the network lets through. jobEvents resumes after its last cursor, so select `cursor`.
 */
export function reelgateLink(reelgate: Reelgate): ApolloLink {
  const http = new HttpLink({ uri: reelgate.url, fetch: reelgate.fetch });
  const live = new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) => {
        const controller = new AbortController();
        const run = async () => {
          const operation = { query: print(query), variables };
          for await (const result of reelgate.subscribe(operation, { signal: controller.signal })) {
            // The gateway's results have Apollo's shape; the kit types less of it.
            observer.next(result as ApolloLink.Result);
          }
        };
        run().then(
          () => observer.complete(),
          (error: Error) => observer.error(error),
        );
        return () => controller.abort();
      }),
  );
  return ApolloLink.split(({ operationType }) => operationType === 'subscription', live, http);
}

type Connection = {
  readonly nodes?: readonly unknown[];
  readonly edges?: readonly unknown[];
  readonly pageInfo?: object;
};

/** Pages of jobs in one list. A page without `after` replaces it. */
function mergePages(
  existing: Connection | undefined,
  incoming: Connection,
  { args }: FieldFunctionOptions,
): Connection {
  if (existing === undefined || !args?.['after']) return incoming;
  return {
    ...existing,
    ...incoming,
    ...(incoming.nodes && { nodes: [...(existing.nodes ?? []), ...incoming.nodes] }),
    ...(incoming.edges && { edges: [...(existing.edges ?? []), ...incoming.edges] }),
  };
}

/** What `InMemoryCache` has to know of the schema: `new InMemoryCache(cacheOptions)`. */
export const cacheOptions = {
  possibleTypes: Object.fromEntries(Object.entries(types).map(([name, members]) => [name, [...members]])),
  typePolicies: {
    // Pages of one filter form one list.
    Query: { fields: { jobs: { keyArgs: ['filter'], merge: mergePages } } },
    // Without an id of their own, they are merged into their parent instead of replacing what it had.
    JobProgress: { merge: true },
    Charge: { merge: true },
    Video: { merge: true },
    Viewer: { merge: true },
    // Each item of the feed replaces the one before.
    Subscription: { fields: { jobEvents: { merge: false } } },
  },
};
