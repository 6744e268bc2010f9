/** A half-open range of keys: `from` is included, `to` is not. */
export type KeyRange<Key> = { readonly from: Key; readonly to: Key };

/** The end of a key range at which reading starts. */
export type End = 'low' | 'high';

/** The bounds of all keys: `least` is a lower bound, `most` is above every key. No key lies between a key and its successor. */
export type KeySpace<Key> = { readonly least: Key; readonly most: Key; readonly successorOf: (key: Key) => Key };

/** The keys of lists whose items are numbered from 1. */
export const numberKeys: KeySpace<number> = {
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  successorOf: (key) => key + 1,
};

/** The keys that two ranges of text share. Keys are ASCII, so JavaScript compares them as the databases do. */
export function overlapOf(one: KeyRange<string>, other: KeyRange<string>): KeyRange<string> {
  const later = one.from < other.from ? other : one;
  const earlier = one.to < other.to ? one : other;
  return { from: later.from, to: earlier.to };
}
