import { describe, expect, test } from 'vitest';
import { huntMutant } from '../../simulation/hunt.ts';
import { mutants } from '../../simulation/mutants.ts';
import { seedsFrom } from '../../simulation/seeds.ts';

/** The mutants that are found fastest; `npm run mutants` hunts all of them. */
const fastest = [
  'sends a job whose claim it did not win',
  'treats a timeout as not sent',
  'does not ask the monotonic clock before the first byte',
  'writes a change without compare-and-set',
  'relies on rings alone',
];

describe('the mutants', () => {
  for (const mutant of mutants.filter(({ name }) => fastest.includes(name))) {
    test(`one that ${mutant.name} is detected`, { timeout: 120_000 }, async () => {
      expect(await huntMutant(mutant, seedsFrom(1, 200))).not.toBeNull();
    });
  }
});
