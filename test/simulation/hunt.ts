import { bundleWorker } from './bundle.ts';
import type { Mutant } from './mutant.ts';
import type { Violation } from './observations.ts';
import { playSeeds } from './pool.ts';

/** How a mutant was detected: the broken promise, the seed, and how many histories it took. */
export type Kill = Violation & { readonly seed: number; readonly histories: number };

/** Plays histories on a mutant until one breaks a promise; null if none does. Rejects if its patch no longer fits. */
export async function huntMutant(mutant: Mutant, seeds: readonly number[]): Promise<Kill | null> {
  const bundle = await bundleWorker(`mutant-${mutant.name.replace(/\W+/g, '-')}`, mutant);
  let histories = 0;
  const kills: Kill[] = [];
  await playSeeds(bundle, { seeds, processes: 1, kind: mutant.kind ?? 'jobs' }, ({ seed, violations }) => {
    histories += 1;
    const [first] = violations;
    if (first !== undefined) kills.push({ ...first, seed, histories });
    return kills.length === 0;
  });
  return kills[0] ?? null;
}
