import { type Opaque, opaqueUuid } from './opaque.ts';

/** The types that node(id) can return. */
type NodeType = 'Job' | 'CreditAccount' | 'LedgerEntry' | 'WebhookEndpoint' | 'WebhookDelivery';

/** Every type that has global ids. */
type IdType = NodeType | 'ApiKey';

const types: readonly NodeType[] = ['Job', 'CreditAccount', 'LedgerEntry', 'WebhookEndpoint', 'WebhookDelivery'];

const ids: Record<IdType, Opaque<string>> = {
  ApiKey: opaqueUuid('ApiKey'),
  Job: opaqueUuid('Job'),
  CreditAccount: opaqueUuid('CreditAccount'),
  LedgerEntry: opaqueUuid('LedgerEntry'),
  WebhookEndpoint: opaqueUuid('WebhookEndpoint'),
  WebhookDelivery: opaqueUuid('WebhookDelivery'),
};

// The nil UUID of RFC 9562, which no row has.
const nowhere = '00000000-0000-0000-0000-000000000000';

/** The global id of a row; `key` is the row's UUID. */
export function idOf(type: IdType, key: string): string {
  return ids[type].write(key);
}

/**
 * The row's UUID from a global id of this type. A malformed id, or one of another type, becomes a UUID that no row has, so callers
 * respond exactly as they do to a missing row.
 */
export function keyOf(type: IdType, id: string): string {
  return ids[type].read(id) ?? nowhere;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The UUID of a job from either spelling of its id: the global id, or the UUID that the log shows. See `keyOf`. */
export function jobKeyOf(id: string): string {
  const text = id.trim();
  return uuid.test(text) ? text.toLowerCase() : keyOf('Job', text);
}

/** The type and the row's UUID from a global id; null if it is malformed. */
export function readId(id: string): { readonly type: NodeType; readonly key: string } | null {
  for (const type of types) {
    const key = ids[type].read(id);
    if (key !== null) return { type, key };
  }
  return null;
}
