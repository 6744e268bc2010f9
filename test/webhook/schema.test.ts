import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { webhookJsonSchema } from '../../schema/webhook-json.ts';
import { projectRoot } from '../../src/lib/package.ts';

it('the JSON Schema of webhooks is that of the served types; npm run schema:print renews it', () => {
  const file = join(projectRoot(), 'docs', 'webhooks.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(webhookJsonSchema(createSchema()));
});
