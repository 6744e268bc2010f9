/** The names under which a document selects `jobEvents` and `cursor`, and the variable that it passes as `after`. */
export type FeedNames = {
  readonly fields: ReadonlySet<string>;
  readonly cursors: ReadonlySet<string>;
  readonly variable: string;
};

/** Names, variables and punctuation of GraphQL; strings and comments are skipped. */
const token = /"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\]|\\.)*"|#[^\n\r]*|\$?\w+|[{}():]/g;

/** Reads these names, because a document may choose all three: `feed: jobEvents(after: $from) { ... on FeedItem { point: cursor } }`. */
export function feedNamesOf(query: string): FeedNames {
  const tokens = (query.match(token) ?? []).filter((each) => !/^["#]/.test(each));
  const fields = new Set<string>();
  const cursors = new Set<string>();
  let variable = 'after';
  tokens.forEach((each, at) => {
    const name = tokens[at - 1] === ':' ? (tokens[at - 2] ?? each) : each;
    if (each === 'cursor') cursors.add(name);
    if (each !== 'jobEvents' || tokens[at + 1] === ':') return;
    fields.add(name);
    const [, open, argument, , value = ''] = tokens.slice(at, at + 5);
    if (open === '(' && argument === 'after' && value.startsWith('$')) variable = value.slice(1);
  });
  return { fields, cursors, variable };
}

/** The cursor in the data of an item of jobEvents. */
export function cursorIn(data: unknown, { fields, cursors }: FeedNames): string | null {
  for (const [field, item] of Object.entries(data ?? {})) {
    if (!fields.has(field)) continue;
    const cursor = Object.entries(item ?? {}).find(([name]) => cursors.has(name))?.[1];
    if (typeof cursor === 'string') return cursor;
  }
  return null;
}
