import { createReelgate, type Reelgate } from '@reelgate/client';
import { cacheOptions, reelgateExchange } from '@reelgate/client/urql';
import { Client, type CombinedError, mapExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { addressOf } from '../route.ts';
import type { Session } from '../session.ts';

/** The connections of one session to the gateway. */
export type Api = { readonly client: Client; readonly reelgate: Reelgate };

/** A client with a cache and a socket of its own, so that nothing of one session shows in the next. */
export function createApi({ credential }: Session, onRefused: (notice: string) => void): Api {
  const reelgate = createReelgate({
    url: addressOf('/graphql'),
    token: credential,
    // The draft has the key of its request; nothing else is to outlive the page.
    storage: null,
    // The credential goes in a header. No cookie of the origin goes with it.
    fetch: (input, init) => fetch(input, { ...init, credentials: 'omit' }),
  });
  const client = new Client({
    url: reelgate.url,
    preferGetMethod: false,
    exchanges: [
      mapExchange({
        // A refused field can empty the whole response: for the pages that is no data.
        onResult: (result) => (result.data === null ? { ...result, data: undefined } : result),
        onError(error) {
          const refusal = refusalOf(error);
          if (refusal !== null) onRefused(refusal);
        },
      }),
      // It holds each job and each account once, whichever operation delivered it.
      cacheExchange(cacheOptions),
      reelgateExchange(reelgate),
    ],
  });
  return { client, reelgate };
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
