/** A cache whose bytes are limited, in total and for each owner, so that no owner can evict much of what others use. */
export interface SharedCache<Value> {
  /** The bytes of all entries. */
  readonly bytes: number;
  get(key: string): Value | undefined;
  /** Adds an entry and evicts the least recently used ones, first the owner's own. One that exceeds an owner's share is not added. */
  set(key: string, value: Value, cost: { readonly owner: string; readonly bytes: number }): void;
}

type Entry<Value> = { readonly value: Value; readonly owner: string; readonly bytes: number };

/** What one owner has in the cache: the keys, the least recently used first. */
type Share = { bytes: number; readonly keys: Set<string> };

/** An empty cache. Anyone may read an entry; its bytes count for the owner who added it. */
export function createSharedCache<Value>(limits: {
  readonly maxBytes: number;
  readonly maxBytesPerOwner: number;
}): SharedCache<Value> {
  // As in an LRU cache, the first key is the least recently used.
  const entries = new Map<string, Entry<Value>>();
  const shares = new Map<string, Share>();
  let total = 0;

  function remove(key: string): void {
    const entry = entries.get(key);
    const share = entry === undefined ? undefined : shares.get(entry.owner);
    if (entry === undefined || share === undefined) return;
    entries.delete(key);
    share.keys.delete(key);
    share.bytes -= entry.bytes;
    total -= entry.bytes;
    if (share.keys.size === 0) shares.delete(entry.owner);
  }

  function removeFirst(keys: Iterable<string>): void {
    const [first] = keys;
    if (first !== undefined) remove(first);
  }

  return {
    get bytes() {
      return total;
    },
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      const keys = shares.get(entry.owner)?.keys;
      keys?.delete(key);
      keys?.add(key);
      return entry.value;
    },
    set(key, value, { owner, bytes }) {
      remove(key);
      if (bytes > limits.maxBytesPerOwner || bytes > limits.maxBytes) return;
      const share = shares.get(owner) ?? { bytes: 0, keys: new Set() };
      shares.set(owner, share);
      entries.set(key, { value, owner, bytes });
      share.keys.add(key);
      share.bytes += bytes;
      total += bytes;
      while (share.bytes > limits.maxBytesPerOwner) removeFirst(share.keys);
      while (total > limits.maxBytes) removeFirst(entries.keys());
    },
  };
}
