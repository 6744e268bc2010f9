/** A key range and how many of its items to read: up to `limit`, counted from one end. Both keys are excluded. */
export type Page<Key> = {
  readonly count: { readonly from: 'start' | 'end'; readonly limit: number };
  readonly after: Key | null;
  readonly before: Key | null;
};

/** One page of a list, in the list's own order. */
export type Slice<Item> = {
  readonly items: readonly Item[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** The key before which reading goes on, where the page was looked for beyond its first item; absent: before that item. */
  readonly startKey?: string;
  /** The key after which reading goes on, where the page was looked for beyond its last item; absent: after that item. */
  readonly endKey?: string;
};
