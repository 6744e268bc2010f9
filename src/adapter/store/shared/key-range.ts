/** A stretch of keys, from `from` (within it) to `to` (no longer within it). */
export type KeyRange<Key> = { readonly from: Key; readonly to: Key };

/** From which end of a stretch to read. */
export type End = 'low' | 'high';

/** Where keys begin and end: `least` is within the space, `most` above it, and nothing lies between a key and its successor. */
export type KeySpace<Key> = { readonly least: Key; readonly most: Key; readonly successorOf: (key: Key) => Key };

/** The keys of lists that are numbered from 1. */
export const numberKeys: KeySpace<number> = {
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  successorOf: (key) => key + 1,
};
