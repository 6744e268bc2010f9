import { createHash } from 'node:crypto';
import { createLruCache } from '../../lib/lru-cache.ts';
import { refusal } from './errors.ts';

/** What of a request says which document is meant. */
type Asked = { readonly query: unknown; readonly documentId: unknown; readonly extensions: unknown };

/** Why no document is meant: a sentence, and the code where it is one that clients act upon. */
type Unknown = { readonly message: string; readonly code: 'BAD_USER_INPUT' | 'PERSISTED_QUERY_NOT_FOUND' };

/** The documents that clients may name instead of sending them. */
export interface PersistedDocuments {
  /** The document that a request means, as text. */
  find(asked: Asked): { readonly query: string } | Unknown;
  /** Throws FORBIDDEN where only trusted documents are run, and this is none. */
  demandTrusted(query: string): void;
}

const kept = 1000;

/** A longer one is sent each time: what is kept takes 20 MB at most. */
const longestKept = 10_000;

/**
 * Documents by their SHA-256 in hexadecimal. `trusted`: the only ones that are run, by id (a SHA-256, or any other name that the build
 * of a client gave it); null: any document is run, and kept once it was sent with its hash (automatic persisted queries).
 */
export function createPersistedDocuments(trusted: ReadonlyMap<string, string> | null): PersistedDocuments {
  const sent = createLruCache<string>(kept);
  const texts = trusted === null ? null : new Set(trusted.values());

  function named(id: string): { readonly query: string } | Unknown {
    const query = trusted === null ? sent.get(id) : trusted.get(id);
    // The words that Apollo's and urql's clients look for before they send it whole.
    return query === undefined ? { message: 'PersistedQueryNotFound', code: 'PERSISTED_QUERY_NOT_FOUND' } : { query };
  }

  return {
    find({ query, documentId, extensions }) {
      const hash = hashOf(extensions);
      if (typeof query !== 'string' || query === '') {
        const id = hash ?? documentId;
        return typeof id === 'string' ? named(id.replace(/^sha256:/, '')) : unknown('"query" is missing.');
      }
      if (hash === null || trusted !== null) return { query };
      if (createHash('sha256').update(query).digest('hex') !== hash)
        return unknown('"sha256Hash" is not that of "query".');
      if (query.length <= longestKept) sent.set(hash, query);
      return { query };
    },
    demandTrusted(query) {
      if (texts === null || texts.has(query)) return;
      throw refusal('FORBIDDEN', 'Only the documents of known clients are run here.');
    },
  };
}

function unknown(message: string): Unknown {
  return { message, code: 'BAD_USER_INPUT' };
}

/** The hash under `extensions.persistedQuery`, as Apollo's clients send it; null where there is none. */
function hashOf(extensions: unknown): string | null {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions)) return null;
  const { persistedQuery: persisted } = extensions;
  if (typeof persisted !== 'object' || persisted === null || !('sha256Hash' in persisted)) return null;
  return typeof persisted.sha256Hash === 'string' ? persisted.sha256Hash : null;
}
