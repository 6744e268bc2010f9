import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { projectRoot } from '../../src/lib/package.ts';

const ajv = new Ajv2020();
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
ajv.addFormat('uri', (text: string) => URL.canParse(text));

const validate = ajv.compile(JSON.parse(readFileSync(join(projectRoot(), 'docs', 'webhooks.schema.json'), 'utf8')));

/** What of a webhook's body is not as docs/webhooks.schema.json says; null if all is. */
export function errorsOf(body: unknown): unknown {
  validate(body);
  return validate.errors ?? null;
}
