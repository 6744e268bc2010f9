import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Totals } from './totals.ts';
import type { Violation } from './witness.ts';

/** The seeds that one process plays. */
export type Turn = { readonly seeds: readonly number[] };

/** What a process tells of one history; no totals where it broke off. */
export type Played = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly totals: Totals | null;
  readonly crashPoints: readonly string[];
};

/** A history that takes longer than this goes on for ever: others take some hundredths of a second. */
const longestHistoryMs = 30_000;

/**
 * Plays seeds in so many processes of a bundled worker; `note` is told of each history and answers whether to go on. A history that never
 * ends is told of as one that broke a promise.
 */
export async function playSeeds(
  bundle: string,
  { seeds, processes }: { readonly seeds: readonly number[]; readonly processes: number },
  note: (played: Played) => boolean,
): Promise<void> {
  const turns = Array.from({ length: processes }, (_, own) => seeds.filter((_seed, at) => at % processes === own));
  const stop = new AbortController();
  const noteOrStop = (played: Played) => {
    if (!stop.signal.aborted && !note(played)) stop.abort();
  };
  await Promise.all(turns.map((own) => playTurn(bundle, { seeds: own }, noteOrStop, stop.signal)));
}

/**
 * Plays one process's turn to its end or until stopped. Rejects where the process itself fails. It is no thread, because a thread that is
 * ended while better-sqlite3 makes an error takes all others of its process with it.
 */
async function playTurn(bundle: string, turn: Turn, note: (played: Played) => void, stop: AbortSignal): Promise<void> {
  if (turn.seeds.length === 0 || stop.aborted) return;
  const worker = fork(bundle, { execArgv: [], serialization: 'advanced' });
  // Either may come first; what was sent has been read when its channel is closed.
  const ended = Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]);
  worker.send(turn);
  const end = () => void worker.kill('SIGKILL');
  stop.addEventListener('abort', end, { once: true });
  // One that goes on for ever would outlive a process that fails.
  process.once('exit', end);
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
  const [[code, signal]] = await ended.finally(() => {
    clearInterval(endless);
    process.off('exit', end);
  });
  if (code !== 0 && !worker.killed)
    throw new Error(
      `A process that plays histories ended with ${code ?? signal} after ${played} of ${turn.seeds.length}.`,
    );
}
