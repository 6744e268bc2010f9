import { Worker } from 'node:worker_threads';
import type { Totals } from './totals.ts';
import type { Violation } from './witness.ts';

/** The seeds that one thread plays. */
export type Turn = { readonly seeds: readonly number[] };

/** What a thread tells of one history; no totals where it broke off. */
export type Played = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly totals: Totals | null;
  readonly crashPoints: readonly string[];
};

/** A history that takes longer than this goes on for ever: others take some hundredths of a second. */
const longestHistoryMs = 30_000;

/**
 * Plays seeds on so many threads of a bundled worker; `note` is told of each history and answers whether to go on. A history that never
 * ends is told of as one that broke a promise.
 */
export async function playSeeds(
  bundle: string,
  { seeds, threads }: { readonly seeds: readonly number[]; readonly threads: number },
  note: (played: Played) => boolean,
): Promise<void> {
  const turns = Array.from({ length: threads }, (_, thread) => seeds.filter((_seed, at) => at % threads === thread));
  const stop = new AbortController();
  const noteOrStop = (played: Played) => {
    if (!stop.signal.aborted && !note(played)) stop.abort();
  };
  await Promise.all(turns.map((own) => playTurn(bundle, { seeds: own }, noteOrStop, stop.signal)));
}

/** Plays one thread's turn to its end or until stopped. Rejects where the thread itself fails. */
async function playTurn(bundle: string, turn: Turn, note: (played: Played) => void, stop: AbortSignal): Promise<void> {
  if (turn.seeds.length === 0) return;
  const worker = new Worker(bundle, { workerData: turn });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('exit', () => resolve());
    worker.once('error', reject);
  });
  const end = () => {
    worker.terminate().catch(() => undefined);
  };
  stop.addEventListener('abort', end, { once: true });
  let played = 0;
  const endless = setInterval(() => {
    const seed = turn.seeds[played] ?? 0;
    note({
      seed,
      violations: [{ invariant: 'no fault of its own', what: 'it goes on for ever' }],
      totals: null,
      crashPoints: [],
    });
    end();
  }, longestHistoryMs);
  worker.on('message', (result: Played) => {
    played += 1;
    endless.refresh();
    note(result);
  });
  await ended.finally(() => clearInterval(endless));
}
