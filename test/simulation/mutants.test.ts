import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { patched } from './bundle.ts';
import { huntMutant } from './hunt.ts';
import { mutants } from './mutants.ts';
import { seedsFrom } from './seeds.ts';

/** Those that die soonest; `npm run mutants` hunts them all. */
const soonest = [
  'sends what it did not win the claim of',
  'takes a timeout for not sent',
  'does not ask the monotonic clock before the first byte',
  'writes a change without compare-and-set',
  'rests on rings alone',
];

describe('the mutants', () => {
  for (const mutant of mutants) {
    test(`one that ${mutant.name} fits the source`, () => {
      const text = readFileSync(join(projectRoot(), mutant.file), 'utf8');
      expect(patched(text, mutant)).not.toBe(text);
    });
  }

  for (const mutant of mutants.filter(({ name }) => soonest.includes(name))) {
    test(`one that ${mutant.name} is found out`, { timeout: 120_000 }, async () => {
      expect(await huntMutant(mutant, seedsFrom(1, 200))).not.toBeNull();
    });
  }
});
