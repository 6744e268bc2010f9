import { once } from 'node:events';
import { playHistory } from './history.ts';
import type { HistoryKind, Played, Turn } from './pool.ts';
import { playVideos } from './video/history.ts';
import { playWebhooks } from './webhook/history.ts';

/** Plays its seeds one after the other and sends each result. A history that throws is a violation, too. */
async function work({ seeds, kind }: Turn): Promise<void> {
  for (const seed of seeds) await send(await play(seed, kind));
}

/** Fulfils once the result is sent: a result still queued when the process disconnects would be lost. */
async function send(played: Played): Promise<void> {
  await new Promise<unknown>((resolve) => {
    process.send?.(played, resolve);
  });
}

async function play(seed: number, kind: HistoryKind): Promise<Played> {
  try {
    if (kind === 'videos') {
      const { violations } = await playVideos(seed);
      const broken = violations.map((what) => ({ invariant: 'videos whole' as const, what }));
      return { seed, violations: broken, totals: null, crashPoints: [] };
    }
    if (kind === 'webhooks') {
      const { violations } = await playWebhooks(seed);
      const broken = violations.map((what) => ({ invariant: 'every event delivered or waiting' as const, what }));
      return { seed, violations: broken, totals: null, crashPoints: [] };
    }
    const { violations, totals, crashPoints } = await playHistory(seed);
    return { seed, violations, totals, crashPoints };
  } catch (error) {
    const what = `the history threw: ${error instanceof Error ? error.stack : String(error)}`;
    return { seed, violations: [{ invariant: 'no fault of its own', what }], totals: null, crashPoints: [] };
  }
}

// The parent process sends the turn.
const [turn] = (await once(process, 'message')) as [Turn];

await work(turn);

process.disconnect();
