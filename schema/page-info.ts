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
        description: 'The cursor of the first edge; null if the page is empty.',
        resolve: ({ edges }) => edges[0]?.cursor,
      }),
      endCursor: t.string({
        nullable: true,
        description: 'The cursor of the last edge; null if the page is empty.',
        resolve: ({ edges }) => edges.at(-1)?.cursor,
      }),
    }),
  });
}
