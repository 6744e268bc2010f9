import { writeFileSync } from 'node:fs';
import { createSchema } from './index.ts';
import { sdlOf } from './sdl.ts';

// Run by `npm run schema:print`: what clients may read of the schema, as it is now.
writeFileSync(new URL('schema.graphql', import.meta.url), sdlOf(createSchema()));
