import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { cacheTypesOf } from '../../client/generate/cache.ts';
import { kitTypesOf } from '../../client/generate/types.ts';
import * as operations from '../../client/src/operations.ts';
import { projectRoot } from '../../src/lib/package.ts';

const read = (file: string) => readFileSync(join(projectRoot(), file), 'utf8');

const sdl = read('schema/schema.graphql');

it('the kit’s types are those of the schema; npm run client:types renews them', () => {
  expect(read('client/src/schema.ts')).toBe(kitTypesOf(sdl));
  expect(read('client/src/cache-types.ts')).toBe(cacheTypesOf(sdl));
});

it.each(Object.entries(operations))('the operation %s fits the schema', (_, text) => {
  expect(validate(buildSchema(sdl), parse(text))).toEqual([]);
});

it('a new failure joins the union, and a new field its type and selection', () => {
  const next = sdl
    .replace('union GenerateVideoResult = ', 'union GenerateVideoResult = SleepyError | ')
    .replace('type NotFoundError implements Failure {', (found) => `${sleepy}\n${found}`)
    .replace('type Job implements Node {', 'type Job implements Node {\n  mood: String');
  const types = kitTypesOf(next);
  expect(types).toMatch(/export type Failure =\n( {2}\| \w+\n)* {2}\| SleepyError\n/);
  expect(types).toContain("readonly __typename: 'SleepyError';");
  expect(types).toContain('readonly naps: number;');
  expect(types).toMatch(/SleepyError\{naps\}/);
  expect(types).toMatch(/readonly mood: string \| null;/);
});

const sleepy =
  'type SleepyError implements Failure { code: FailureCode! message: String! retryable: Boolean! naps: Int! }';
