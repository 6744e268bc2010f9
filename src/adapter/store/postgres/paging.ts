import type { Page, Slice } from '../../../ports.ts';
import type { End, KeyRange, KeySpace } from '../shared/key-range.ts';

/** A list that can be read in stretches of its keys, which are all different. */
export type Listed<Item, Key> = {
  /** Whether the list's own order is that of rising keys. */
  readonly rising: boolean;
  readonly keys: KeySpace<Key>;
  /** Up to `limit` items of a stretch, beginning at one of its ends. */
  readonly read: (keyRange: KeyRange<Key>, end: End, limit: number) => Promise<readonly Item[]>;
};

/** The keys of lists by id, compared byte by byte. Texts hold no U+0000 here, so that nothing lies between a key and its successor. */
export const idKeys: KeySpace<string> = { least: '', most: '\u{10FFFF}', successorOf: (key) => `${key}\u0001` };

/**
 * One page of a list. Whether there is more is asked of the whole list, on each side of what was found: where the page was read towards,
 * one item more than wanted tells it, and where no key bounds the page there is nothing beyond.
 */
export async function sliceOf<Item, Key>(list: Listed<Item, Key>, page: Page<Key>): Promise<Slice<Item>> {
  const { rising, keys, read } = list;
  const { limit } = page.count;
  const [above, below] = rising ? [page.after, page.before] : [page.before, page.after];
  const keyRange = { from: above === null ? keys.least : keys.successorOf(above), to: below ?? keys.most };
  const end: End = (page.count.from === 'start') === rising ? 'low' : 'high';
  const found_ = await read(keyRange, end, limit + 1);
  const found = found_.slice(0, limit);
  const isMore = found_.length > limit;
  const isBelow = above !== null && (await isAny(list, { from: keys.least, to: keyRange.from }));
  const isAbove = below !== null && (await isAny(list, { from: keyRange.to, to: keys.most }));
  const hasLower = isBelow || (end === 'high' && isMore);
  const hasHigher = isAbove || (end === 'low' && isMore);
  const ascending = end === 'low' ? found : found.toReversed();
  return rising
    ? { items: ascending, hasPrevious: hasLower, hasNext: hasHigher }
    : { items: ascending.toReversed(), hasPrevious: hasHigher, hasNext: hasLower };
}

async function isAny<Item, Key>(list: Listed<Item, Key>, keyRange: KeyRange<Key>): Promise<boolean> {
  return (await list.read(keyRange, 'low', 1)).length > 0;
}
