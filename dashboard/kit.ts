import { join } from 'node:path';

const sources = join(import.meta.dirname, '../client/src');

/** Where Vite finds the kit: its sources, by the names under which it is packed. */
export const kit = [
  { find: /^@reelgate\/client$/, replacement: join(sources, 'index.ts') },
  { find: /^@reelgate\/client\/(\w+)$/, replacement: join(sources, '$1.ts') },
];
