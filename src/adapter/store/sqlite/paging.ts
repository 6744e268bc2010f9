import type { Page, Slice } from '../../../ports.ts';
import type { End, KeyRange, KeySpace } from '../shared/key-range.ts';

/** A list that can be read in stretches of its keys, which are all different. */
export type Listed<Item, Key> = {
  /** Whether the list's own order is that of rising keys. */
  readonly rising: boolean;
  readonly keys: KeySpace<Key>;
  readonly keyOf: (item: Item) => Key;
  /** Up to `limit` items of a stretch, beginning at one of its ends. */
  readonly read: (keyRange: KeyRange<Key>, end: End, limit: number) => readonly Item[];
};

/** The keys of lists by id, as SQLite compares text: byte by byte. */
export const idKeys: KeySpace<string> = { least: '', most: '\u{10FFFF}', successorOf: (key) => `${key}\0` };

/** One page of a list. Whether there is more is asked of the whole list, on each side of what was found. */
export function sliceOf<Item, Key>(list: Listed<Item, Key>, page: Page<Key>): Slice<Item> {
  const { rising, keys, keyOf, read } = list;
  const [above, below] = rising ? [page.after, page.before] : [page.before, page.after];
  const keyRange = { from: above === null ? keys.least : keys.successorOf(above), to: below ?? keys.most };
  const end: End = (page.count.from === 'start') === rising ? 'low' : 'high';
  const found = read(keyRange, end, page.count.limit);
  const ascending = end === 'low' ? found : found.toReversed();
  const lowest = ascending[0];
  const highest = ascending.at(-1);
  // Where nothing was found, the page is the place at which the search began.
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
