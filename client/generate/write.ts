import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheTypesOf } from './cache.ts';
import { kitTypesOf } from './types.ts';

const root = join(import.meta.dirname, '..', '..');
const sdl = readFileSync(join(root, 'schema/schema.graphql'), 'utf8');
writeFileSync(join(root, 'client/src/schema.ts'), kitTypesOf(sdl));
writeFileSync(join(root, 'client/src/cache-types.ts'), cacheTypesOf(sdl));
