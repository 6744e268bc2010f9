import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addressMembers } from '../../src/adapter/provider/segmind/address-member.ts';
import { idMembers } from '../../src/adapter/provider/segmind/id-member.ts';
import { statusMembers, statusWords } from '../../src/adapter/provider/segmind/status-word.ts';
import { wrappers } from '../../src/adapter/provider/segmind/wrapper.ts';
import { projectRoot } from '../../src/lib/package.ts';

const doc = readFileSync(join(projectRoot(), 'docs', 'errors.md'), 'utf8');

/** What docs/errors.md writes as code in each row of its tables. */
const rows = doc
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word));

it.each<[string, readonly string[]]>([
  ...Object.entries(statusWords),
  ['members of the status', statusMembers],
  ['wrappers', wrappers],
  ['members of the id', idMembers],
  ['members of the address', [...addressMembers, 'Location']],
])('docs/errors.md has a row with exactly the words of the table: %s', (_, words) => {
  expect(rows).toContainEqual(words);
});
