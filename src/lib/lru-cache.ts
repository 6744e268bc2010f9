/** A map with a limited number of entries that evicts the least recently used one. */
export interface LruCache<Value, Key = string> {
  readonly size: number;
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
}

/** An empty cache for up to `limit` entries. */
export function createLruCache<Value, Key = string>(limit: number): LruCache<Value, Key> {
  // A Map lists its keys in insertion order, and `get` inserts again: the first key is the least recently used.
  const entries = new Map<Key, Value>();
  return {
    get size() {
      return entries.size;
    },
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.size > limit ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete(key) {
      entries.delete(key);
    },
    clear: () => entries.clear(),
  };
}
