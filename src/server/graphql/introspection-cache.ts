import { createSharedCache } from '../../lib/shared-cache.ts';
import type { Params } from './params.ts';

/** Responses to questions about the schema from callers without a token. */
export interface IntrospectionCache {
  /** The response to an equal request, as JSON text. */
  find(params: Params): string | null;
  keep(params: Params, text: string): void;
}

/** GraphiQL's introspection takes about 300 KB. */
const maxBytes = 8 * 1024 * 1024;

const bytesPerCharacter = 2;

/** An empty cache. The schema never changes while the process runs, so responses stay right. */
export function createIntrospectionCache(): IntrospectionCache {
  const texts = createSharedCache<string>({ maxBytes, maxBytesPerOwner: maxBytes });
  return {
    find(params) {
      const key = keyOf(params);
      return key === null ? null : (texts.get(key) ?? null);
    },
    keep(params, text) {
      const key = keyOf(params);
      if (key === null) return;
      texts.set(key, text, { owner: '', bytes: (key.length + text.length) * bytesPerCharacter });
    },
  };
}

/** Null where the variables are nested too deeply for JSON.stringify. */
function keyOf({ query, operationName, variables }: Params): string | null {
  try {
    return JSON.stringify([query, operationName, variables]);
  } catch {
    return null;
  }
}
