import { cacheOptions } from '@reelgate/client/urql';
import { cacheExchange } from '@urql/exchange-graphcache';

/** A normalised cache: it holds each job and each account once, whichever operation delivered it. */
export function createCache() {
  return cacheExchange(cacheOptions);
}
