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
  /** Where the page was looked for beyond its items: the cursors from which to go on. */
  readonly startCursor?: string;
  readonly endCursor?: string;
};

/** The cursors of one list. */
export type ListCursor<Key> = Opaque<Key> & {
  /** Whether a text may be a cursor of this list from before the database was restored, or from a timeline that was lost. */
  readonly isOfOther: (text: string) => boolean;
};

/** What a cursor needs to know: the incarnation of the database, absent in the first; see `Gateway`. */
type Timeline = { readonly incarnation?: string };

/**
 * The cursors of each list: the list's name, the incarnation and the item's sort key, such as `events:3`, later
 * `events@0123456789abcdef:3`. A restored database counts on from an older number, so a cursor of another incarnation is refused.
 */
export const cursors = {
  /** By key id. */
  apiKeys: cursorOf('apiKeys', opaqueUuid),
  /** By job id. */
  jobs: cursorOf('jobs', opaqueUuid),
  /** By job id. */
  operatorJobs: cursorOf('operatorJobs', opaqueUuid),
  /** By version. */
  events: cursorOf('events', opaqueNumber),
  /** By number. */
  ledger: cursorOf('ledger', opaqueNumber),
  /** By owner. */
  accounts: cursorOf('accounts', opaqueText),
  /** By entry id. */
  audit: cursorOf('audit', opaqueUuid),
  /** By `budgetIdOf`. */
  budgets: cursorOf('budgets', opaqueText),
  /** By delivery id. */
  webhookDeliveries: cursorOf('webhookDeliveries', opaqueUuid),
} as const;

function cursorOf<Key>(list: string, opaque: (name: string) => Opaque<Key>): (timeline: Timeline) => ListCursor<Key> {
  return ({ incarnation }) => ({
    ...opaque(inIncarnation(list, incarnation)),
    isOfOther: (text) => /^(\w+)(@\w+)?:/.exec(Buffer.from(text, 'base64url').toString())?.[1] === list,
  });
}

/** The name of a list whose cursors belong to one incarnation. */
export function inIncarnation(list: string, incarnation: string | undefined): string {
  return incarnation === undefined ? list : `${list}@${incarnation}`;
}

/** The most items on a page. */
const maxPage = 100;

/** The items on a page if the schema declares no default. */
const defaultPage = 20;

/** Reads the paging arguments. Throws BAD_USER_INPUT if they are out of bounds or a cursor is not of this list and timeline. */
export function readPage<Key>(args: PageArgs, cursor: ListCursor<Key>, defaultLimit = defaultPage): Page<Key> {
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

/** Turns a slice into a Relay connection. `cursor` writes the keys of a list that may be looked for beyond its items. */
export function connectionOf<Item>(
  slice: Slice<Item>,
  cursorOf: (item: Item) => string,
  cursor?: Opaque<string>,
): Connection<Item> {
  const { items, hasNext, hasPrevious, startKey, endKey } = slice;
  return {
    edges: items.map((node) => ({ cursor: cursorOf(node), node })),
    hasNext,
    hasPrevious,
    ...(cursor !== undefined && startKey !== undefined && { startCursor: cursor.write(startKey) }),
    ...(cursor !== undefined && endKey !== undefined && { endCursor: cursor.write(endKey) }),
  };
}

/** The items of a page, without their cursors: the field `nodes` of every connection. */
export function nodesOf<Item>({ edges }: Pick<Connection<Item>, 'edges'>): readonly Item[] {
  return edges.map(({ node }) => node);
}

function readLimit(name: 'first' | 'last', limit: number): number {
  if (limit < 0 || limit > maxPage) throw refusal('BAD_USER_INPUT', `${name} must be between 0 and ${maxPage}.`);
  return limit;
}

function readKey<Key>(name: 'after' | 'before', text: string | null, cursor: ListCursor<Key>): Key | null {
  if (text === null) return null;
  const key = cursor.read(text);
  if (key !== null) return key;
  throw refusal(
    'BAD_USER_INPUT',
    cursor.isOfOther(text)
      ? `${name} is a cursor from before the database was restored: read the list again from its start.`
      : `${name} is not a cursor of this list.`,
  );
}
