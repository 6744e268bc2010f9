import { writeFileSync } from 'node:fs';
import { createSchema } from './index.ts';
import { sdlOf } from './sdl.ts';
import { webhookJsonSchema } from './webhook-json.ts';

// Run by `npm run schema:print`: writes the served schema, and that of the bodies of webhooks, for clients to read.
const schema = createSchema();
writeFileSync(new URL('./schema.graphql', import.meta.url), sdlOf(schema));
writeFileSync(
  new URL('../docs/webhooks.schema.json', import.meta.url),
  `${JSON.stringify(webhookJsonSchema(schema), null, 2)}\n`,
);
