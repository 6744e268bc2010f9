import { createHash } from 'node:crypto';
import { createSharedCache } from '../../lib/shared-cache.ts';
import { refusal } from './errors.ts';

/** The parts of a request that select its document. */
export type Selection = { readonly query: unknown; readonly documentId: unknown; readonly extensions: unknown };

/** Why no document was found: a sentence, and a code. */
type Unknown = { readonly message: string; readonly code: 'BAD_USER_INPUT' | 'PERSISTED_QUERY_NOT_FOUND' };

/** The documents that clients may name instead of sending them. */
export interface PersistedDocuments {
  /**
   * Returns the text of a request's document. `owner`: the user whose share of the memory it takes when it is stored. Null without a token:
   * it is not stored, so nobody can evict the documents of others.
   */
  find(selection: Selection, owner: string | null): { readonly query: string } | Unknown;
  /** Throws FORBIDDEN for a document that is not trusted, where only trusted ones may run. */
  demandTrusted(query: string): void;
}

/** A user's share holds a hundred documents of the largest size, or a thousand of a thousand characters. */
const limits = { maxBytes: 32 * 1024 * 1024, maxBytesPerOwner: 2 * 1024 * 1024 };

const bytesPerCharacter = 2;

const longestKept = 10_000;

/**
 * Documents by their SHA-256 in hexadecimal. `trusted`: the only documents that may run, by id (a SHA-256, or another name given by a
 * client's build). Null: any document may run, and one that is sent with its hash is kept (automatic persisted queries).
 */
export function createPersistedDocuments(trusted: ReadonlyMap<string, string> | null): PersistedDocuments {
  const sent = createSharedCache<string>(limits);
  const texts = trusted === null ? null : new Set(trusted.values());

  function named(id: string): { readonly query: string } | Unknown {
    const query = trusted === null ? sent.get(id) : trusted.get(id);
    // On this message Apollo's and urql's clients send the whole document.
    return query === undefined ? { message: 'PersistedQueryNotFound', code: 'PERSISTED_QUERY_NOT_FOUND' } : { query };
  }

  return {
    find({ query, documentId, extensions }, owner) {
      const hash = hashOf(extensions);
      if (typeof query !== 'string' || query === '') {
        const id = hash ?? documentId;
        return typeof id === 'string' ? named(id.replace(/^sha256:/, '')) : unknown('"query" is missing.');
      }
      if (hash === null || trusted !== null) return { query };
      if (createHash('sha256').update(query).digest('hex') !== hash)
        return unknown('"sha256Hash" does not match "query".');
      if (owner !== null && query.length <= longestKept)
        sent.set(hash, query, { owner, bytes: (hash.length + query.length) * bytesPerCharacter });
      return { query };
    },
    demandTrusted(query) {
      if (texts === null || texts.has(query)) return;
      throw refusal('FORBIDDEN', 'Only documents of known clients may run here.');
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
