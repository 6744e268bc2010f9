import { type Opaque, opaqueUuid } from './opaque.ts';

/** The types that node(id) finds. */
type NodeType = 'Job' | 'CreditAccount' | 'LedgerEntry';

/** The types that an opaque id can name. */
type IdType = NodeType | 'ApiKey';

const types: readonly NodeType[] = ['Job', 'CreditAccount', 'LedgerEntry'];

const ids: Record<IdType, Opaque<string>> = {
  ApiKey: opaqueUuid('ApiKey'),
  Job: opaqueUuid('Job'),
  CreditAccount: opaqueUuid('CreditAccount'),
  LedgerEntry: opaqueUuid('LedgerEntry'),
};

// The nil UUID of RFC 9562, which no row carries.
const nowhere = '00000000-0000-0000-0000-000000000000';

/** The opaque id of a row; `key` is the row's own UUID. */
export function idOf(type: IdType, key: string): string {
  return ids[type].write(key);
}

/**
 * The row that a global id of a type names. An id that is malformed or of another type becomes the key of no row, so that verbs answer
 * it exactly as they answer a missing one.
 */
export function keyOf(type: IdType, id: string): string {
  return ids[type].read(id) ?? nowhere;
}

/** The type and the row that a global id names; null where it is malformed. */
export function readId(id: string): { readonly type: NodeType; readonly key: string } | null {
  for (const type of types) {
    const key = ids[type].read(id);
    if (key !== null) return { type, key };
  }
  return null;
}
