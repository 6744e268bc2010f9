import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/lib/package.ts';

/** The seeds in seeds.txt, whose histories once broke a promise. */
export function readPastSeeds(): readonly number[] {
  const text = readFileSync(join(projectRoot(), 'test', 'simulation', 'seeds.txt'), 'utf8');
  return text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

/** `count` consecutive whole numbers, starting with `first`. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
