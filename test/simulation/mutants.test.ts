import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';
import { patched } from './bundle.ts';
import { mutants } from './mutants.ts';

describe('the mutants', () => {
  for (const mutant of mutants) {
    test(`one that ${mutant.name} fits the source`, () => {
      const text = readFileSync(join(projectRoot(), mutant.file), 'utf8');
      expect(patched(text, mutant)).not.toBe(text);
    });
  }
});
