import { describe, expect, test } from 'vitest';
import { huntMutant } from '../../simulation/hunt.ts';
import { mutants } from '../../simulation/mutants.ts';
import { seedsFrom } from '../../simulation/seeds.ts';

/** Those that die soonest; `npm run mutants` hunts them all. */
const soonest = [
  'sends what it did not win the claim of',
  'takes a timeout for not sent',
  'does not ask the monotonic clock before the first byte',
  'writes a change without compare-and-set',
  'rests on rings alone',
];

describe('the mutants', () => {
  for (const mutant of mutants.filter(({ name }) => soonest.includes(name))) {
    test(`one that ${mutant.name} is found out`, { timeout: 120_000 }, async () => {
      expect(await huntMutant(mutant, seedsFrom(1, 200))).not.toBeNull();
    });
  }
});
