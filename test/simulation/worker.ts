import { once } from 'node:events';
import { playHistory } from './history.ts';
import type { Played, Turn } from './pool.ts';

/** Plays its seeds one after the other and tells of each. A history that breaks off is a violation, too. */
async function work({ seeds }: Turn): Promise<void> {
  for (const seed of seeds) await tell(await play(seed));
}

/** Fulfils when it is on its way: what waits when a process leaves its channel would be lost. */
async function tell(played: Played): Promise<void> {
  await new Promise<unknown>((resolve) => {
    process.send?.(played, resolve);
  });
}

async function play(seed: number): Promise<Played> {
  try {
    const { violations, totals, crashPoints } = await playHistory(seed);
    return { seed, violations, totals, crashPoints };
  } catch (error) {
    const what = `the history broke off: ${error instanceof Error ? error.stack : String(error)}`;
    return { seed, violations: [{ invariant: 'no fault of its own', what }], totals: null, crashPoints: [] };
  }
}

// Whoever starts the process sends it its turn.
const [turn] = (await once(process, 'message')) as [Turn];

await work(turn);

process.disconnect();
