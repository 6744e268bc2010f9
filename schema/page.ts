import type { Page, Slice } from '../src/ports.ts';
import { refusal } from './error.ts';
import { type Opaque, opaqueNumber, opaqueText, opaqueUuid } from './opaque.ts';

/** The paging arguments of a connection field; null means the same as absent. */
export type PageArgs = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
};

/** One page of a list, with a cursor for every item. */
export type Connection<Item> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
};

/** The cursors of each list: the list's name and the item's sort key, such as `events:3`. */
export const cursors = {
  /** By key id. */
  apiKeys: opaqueUuid('apiKeys'),
  /** By job id. */
  jobs: opaqueUuid('jobs'),
  /** By version. */
  events: opaqueNumber('events'),
  /** By number. */
  ledger: opaqueNumber('ledger'),
  /** By owner. */
  accounts: opaqueText('accounts'),
  /** By delivery id. */
  webhookDeliveries: opaqueUuid('webhookDeliveries'),
} as const;

/** The most items on a page. */
const maxPage = 100;

/** The items on a page if the schema declares no default. */
const defaultPage = 20;

/** Reads the paging arguments. Throws BAD_USER_INPUT if they are out of bounds or a cursor is not of this list. */
export function readPage<Key>(args: PageArgs, cursor: Opaque<Key>, defaultLimit = defaultPage): Page<Key> {
  const { first = null, last = null, after = null, before = null } = args;
  if (first !== null && last !== null) throw refusal('BAD_USER_INPUT', 'Use either first or last, not both.');
  return {
    count:
      last === null
        ? { from: 'start', limit: readLimit('first', first ?? defaultLimit) }
        : { from: 'end', limit: readLimit('last', last) },
    after: readKey('after', after, cursor),
    before: readKey('before', before, cursor),
  };
}

/** Turns a slice into a Relay connection. */
export function connectionOf<Item>(slice: Slice<Item>, cursorOf: (item: Item) => string): Connection<Item> {
  const { items, hasNext, hasPrevious } = slice;
  return { edges: items.map((node) => ({ cursor: cursorOf(node), node })), hasNext, hasPrevious };
}

/** The items of a page, without their cursors: the field `nodes` of every connection. */
export function nodesOf<Item>({ edges }: Pick<Connection<Item>, 'edges'>): readonly Item[] {
  return edges.map(({ node }) => node);
}

function readLimit(name: 'first' | 'last', limit: number): number {
  if (limit < 0 || limit > maxPage) throw refusal('BAD_USER_INPUT', `${name} must be between 0 and ${maxPage}.`);
  return limit;
}

function readKey<Key>(name: 'after' | 'before', text: string | null, cursor: Opaque<Key>): Key | null {
  if (text === null) return null;
  const key = cursor.read(text);
  if (key === null) throw refusal('BAD_USER_INPUT', `${name} is not a cursor of this list.`);
  return key;
}
