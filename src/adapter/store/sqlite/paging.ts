import type { Page, Slice } from '../../../ports.ts';
import type { End, KeyRange, KeySpace } from '../shared/key-range.ts';

/** A list that is read by ranges of its keys, which are unique. */
export type Listed<Item, Key> = {
  /** Whether the list is sorted by rising keys; otherwise by falling ones. */
  readonly rising: boolean;
  readonly keys: KeySpace<Key>;
  readonly keyOf: (item: Item) => Key;
  /** Reads up to `limit` items of a range, starting at one of its ends. */
  readonly read: (keyRange: KeyRange<Key>, end: End, limit: number) => readonly Item[];
};

/** The keys of lists by id. SQLite compares text byte by byte. */
export const idKeys: KeySpace<string> = { least: '', most: '\u{10FFFF}', successorOf: (key) => `${key}\0` };

/** Reads one page of a list, and whether the whole list has more items before and after it. */
export function sliceOf<Item, Key>(list: Listed<Item, Key>, page: Page<Key>): Slice<Item> {
  const { rising, keys, keyOf, read } = list;
  const [above, below] = rising ? [page.after, page.before] : [page.before, page.after];
  const keyRange = { from: above === null ? keys.least : keys.successorOf(above), to: below ?? keys.most };
  const end: End = (page.count.from === 'start') === rising ? 'low' : 'high';
  const found = read(keyRange, end, page.count.limit);
  const ascending = end === 'low' ? found : found.toReversed();
  const lowest = ascending[0];
  const highest = ascending.at(-1);
  // An empty page lies where its reading started.
  const place = end === 'low' ? keyRange.from : keyRange.to;
  const hasLower = isAny(list, { from: keys.least, to: lowest === undefined ? place : keyOf(lowest) });
  const hasHigher = isAny(list, {
    from: highest === undefined ? place : keys.successorOf(keyOf(highest)),
    to: keys.most,
  });
  return rising
    ? { items: ascending, hasPrevious: hasLower, hasNext: hasHigher }
    : { items: ascending.toReversed(), hasPrevious: hasHigher, hasNext: hasLower };
}

function isAny<Item, Key>(list: Listed<Item, Key>, keyRange: KeyRange<Key>): boolean {
  return list.read(keyRange, 'low', 1).length > 0;
}
