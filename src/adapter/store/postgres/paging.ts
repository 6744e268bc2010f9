import type { Page, Slice } from '../../../ports.ts';
import type { End, KeyRange, KeySpace } from '../shared/key-range.ts';

/** A list that is read by ranges of its keys, which are unique. */
export type Listed<Item, Key> = {
  /** Whether the list is sorted by rising keys; otherwise by falling ones. */
  readonly rising: boolean;
  readonly keys: KeySpace<Key>;
  /** Reads up to `limit` items of a range, starting at one of its ends. */
  readonly read: (keyRange: KeyRange<Key>, end: End, limit: number) => Promise<readonly Item[]>;
};

/** The keys of lists by id, compared byte by byte. PostgreSQL text has no U+0000, so no key lies between one and its successor. */
export const idKeys: KeySpace<string> = { least: '', most: '\u{10FFFF}', successorOf: (key) => `${key}\u0001` };

/**
 * Reads one page of a list, and whether the whole list has more items before and after it. In the direction of reading, one extra item
 * shows that; on a side without a bounding key there is nothing more.
 */
export async function sliceOf<Item, Key>(list: Listed<Item, Key>, page: Page<Key>): Promise<Slice<Item>> {
  const { rising, keys, read } = list;
  const { limit } = page.count;
  const [above, below] = rising ? [page.after, page.before] : [page.before, page.after];
  const keyRange = { from: above === null ? keys.least : keys.successorOf(above), to: below ?? keys.most };
  const end: End = (page.count.from === 'start') === rising ? 'low' : 'high';
  const itemsAndOne = await read(keyRange, end, limit + 1);
  const found = itemsAndOne.slice(0, limit);
  const isMore = itemsAndOne.length > limit;
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
