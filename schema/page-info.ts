import type { Builder } from './builder.ts';

/** Adds PageInfo. */
export function addPageInfo(builder: Builder): void {
  builder.objectType('PageInfo', {
    description: 'Whether a list has more pages, and the cursors that lead to them.',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNext', { description: 'Whether there are more items after this page.' }),
      hasPreviousPage: t.exposeBoolean('hasPrevious', {
        description: 'Whether there are items before this page.',
      }),
      startCursor: t.string({
        nullable: true,
        description:
          'Where to continue towards the start, as `before`: the cursor of the first edge, or one further on if items before it were ' +
          'looked at and did not match. Null if the page is empty, unless there is more to look at.',
        resolve: ({ edges, startCursor }) => startCursor ?? edges[0]?.cursor,
      }),
      endCursor: t.string({
        nullable: true,
        description:
          'Where to continue, as `after`: the cursor of the last edge, or one further on if items behind it were looked at and did not ' +
          'match. Null if the page is empty, unless there is more to look at.',
        resolve: ({ edges, endCursor }) => endCursor ?? edges.at(-1)?.cursor,
      }),
    }),
  });
}
