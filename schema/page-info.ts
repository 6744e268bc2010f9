import type { Builder } from './builder.ts';

/** Adds PageInfo. */
export function addPageInfo(builder: Builder): void {
  builder.objectType('PageInfo', {
    description: 'Where a page of a list stands within it.',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNext', { description: 'Whether the list goes on after this page.' }),
      hasPreviousPage: t.exposeBoolean('hasPrevious', {
        description: 'Whether the list has members before this page.',
      }),
      startCursor: t.string({
        nullable: true,
        description: 'The cursor of the first edge; null where the page is empty.',
        resolve: ({ edges }) => edges[0]?.cursor,
      }),
      endCursor: t.string({
        nullable: true,
        description: 'The cursor of the last edge; null where the page is empty.',
        resolve: ({ edges }) => edges.at(-1)?.cursor,
      }),
    }),
  });
}
