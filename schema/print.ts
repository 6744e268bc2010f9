import { writeFileSync } from 'node:fs';
import { createSchema } from './index.ts';
import { sdlOf } from './sdl.ts';

// Run by `npm run schema:print`: writes the served schema for clients to read.
writeFileSync(new URL('schema.graphql', import.meta.url), sdlOf(createSchema()));
