import { bundleWorker } from './bundle.ts';
import type { Mutant } from './mutant.ts';
import { playSeeds } from './pool.ts';
import type { Violation } from './witness.ts';

/** How a mutant was found out: by which broken promise, at which seed, and how many histories that took. */
export type Kill = Violation & { readonly seed: number; readonly histories: number };

/** Plays histories on a mutant until one breaks a promise; null where none does. Rejects where its patch no longer fits. */
export async function huntMutant(mutant: Mutant, seeds: readonly number[]): Promise<Kill | null> {
  const bundle = await bundleWorker(`mutant-${mutant.name.replace(/\W+/g, '-')}`, mutant);
  let histories = 0;
  const kills: Kill[] = [];
  await playSeeds(bundle, { seeds, processes: 1 }, ({ seed, violations }) => {
    histories += 1;
    const [first] = violations;
    if (first !== undefined) kills.push({ ...first, seed, histories });
    return kills.length === 0;
  });
  return kills[0] ?? null;
}
