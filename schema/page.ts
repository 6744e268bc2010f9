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

/** One page of a list with a cursor for every member. */
export type Connection<Item> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
};

/** The cursors of each list: the key of a member, behind the name of the list. */
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
} as const;

/** How many members a page may have. */
const maxPage = 100;

/** How many it has where the schema writes no default. */
const defaultPage = 20;

/** What the paging arguments ask for. Throws BAD_USER_INPUT where they are out of bounds or a cursor is none of this list's. */
export function readPage<Key>(args: PageArgs, cursor: Opaque<Key>, defaultLimit = defaultPage): Page<Key> {
  const { first = null, last = null, after = null, before = null } = args;
  if (first !== null && last !== null) throw refusal('BAD_USER_INPUT', 'Ask for first or for last, not for both.');
  return {
    count:
      last === null
        ? { from: 'start', limit: readLimit('first', first ?? defaultLimit) }
        : { from: 'end', limit: readLimit('last', last) },
    after: readKey('after', after, cursor),
    before: readKey('before', before, cursor),
  };
}

/** A page of a list as clients see it. */
export function connectionOf<Item>(slice: Slice<Item>, cursorOf: (item: Item) => string): Connection<Item> {
  const { items, hasNext, hasPrevious } = slice;
  return { edges: items.map((node) => ({ cursor: cursorOf(node), node })), hasNext, hasPrevious };
}

function readLimit(name: 'first' | 'last', limit: number): number {
  if (limit < 0 || limit > maxPage) throw refusal('BAD_USER_INPUT', `${name} takes 0 to ${maxPage}.`);
  return limit;
}

function readKey<Key>(name: 'after' | 'before', text: string | null, cursor: Opaque<Key>): Key | null {
  if (text === null) return null;
  const key = cursor.read(text);
  if (key === null) throw refusal('BAD_USER_INPUT', `${name} is not a cursor of this list.`);
  return key;
}
