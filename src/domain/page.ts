/** A key range and how many of its items to read: up to `limit`, counted from one end. Both keys are excluded. */
export type Page<Key> = {
  readonly count: { readonly from: 'start' | 'end'; readonly limit: number };
  readonly after: Key | null;
  readonly before: Key | null;
};

/** One page of a list, in the list's own order. */
export type Slice<Item> = { readonly items: readonly Item[]; readonly hasPrevious: boolean; readonly hasNext: boolean };
