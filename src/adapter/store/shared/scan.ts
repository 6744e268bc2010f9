import type { Page, Slice } from '../../../ports.ts';
import type { End, KeyRange, KeySpace } from './key-range.ts';

// Where an index alone does not decide which items match, a read looks at a bounded number of them. It may stop before it has found enough.

/** How many jobs a read looks at. Tests make these numbers small. */
export type ScanBounds = {
  /** For a page, in all parts of its list together. */
  readonly page: number;
  /** For a count, in each part of its list. */
  readonly count: number;
};

/** The bounds of every store that serves. */
export const scanBounds: ScanBounds = { page: 5000, count: 10_000 };

/** What a read found from one end on. `stop`: the key of the last item that it looked at, if it stopped before the end of its range. */
export type Scan<Item> = { readonly items: readonly Item[]; readonly stop: string | null };

/** What a page of a list with falling keys reads, and the ranges beyond its bounding keys; null where it has no such bound. */
export type ScanRanges = {
  readonly range: KeyRange<string>;
  readonly end: End;
  readonly newer: KeyRange<string> | null;
  readonly older: KeyRange<string> | null;
};

/** The ranges of a page. */
export function scanRangesOf({ count, after, before }: Page<string>, keys: KeySpace<string>): ScanRanges {
  const range = { from: before === null ? keys.least : keys.successorOf(before), to: after ?? keys.most };
  return {
    range,
    end: count.from === 'start' ? 'high' : 'low',
    newer: after === null ? null : { from: range.to, to: keys.most },
    older: before === null ? null : { from: keys.least, to: range.from },
  };
}

/** Whether a scan found something, or stopped before it could know. */
export function mayHave({ items, stop }: Scan<unknown>): boolean {
  return items.length > 0 || stop !== null;
}

/** The page that a scan of its range has found. The scan looked for one item more than the page has. */
export function sliceOfScan<Item>(
  { count: { from, limit } }: Page<string>,
  { items: found, stop }: Scan<Item>,
  beyond: { readonly newer: boolean; readonly older: boolean },
): Slice<Item> {
  const isForwards = from === 'start';
  const some = found.slice(0, limit);
  const isCut = found.length > limit;
  const isMore = isCut || stop !== null;
  const key = isCut || stop === null ? {} : isForwards ? { endKey: stop } : { startKey: stop };
  return {
    items: isForwards ? some : some.toReversed(),
    hasPrevious: beyond.newer || (!isForwards && isMore),
    hasNext: beyond.older || (isForwards && isMore),
    ...key,
  };
}

/** Merges the scans of a list's parts, each from the same end. What lies beyond the first stop is left for the next page. */
export function mergedScan<Item extends { readonly id: string }>(
  scans: readonly Scan<Item>[],
  end: End,
  limit: number,
): Scan<Item> {
  const isBefore = (one: string, other: string) => (end === 'low' ? one < other : one > other);
  let stop: string | null = null;
  for (const scan of scans) if (scan.stop !== null && (stop === null || isBefore(scan.stop, stop))) stop = scan.stop;
  const items = scans
    .flatMap((scan) => scan.items)
    .filter(({ id }) => stop === null || !isBefore(stop, id))
    .sort((one, other) => (isBefore(one.id, other.id) ? -1 : 1));
  return { items: items.slice(0, limit), stop: items.length > limit ? null : stop };
}
