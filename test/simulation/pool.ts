import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Violation } from './observations.ts';
import type { Totals } from './totals.ts';

/** Which histories: those of jobs, of the copies of videos, or of webhooks. */
export type HistoryKind = 'jobs' | 'videos' | 'webhooks';

/** The seeds that one process plays. */
export type Turn = { readonly seeds: readonly number[]; readonly kind: HistoryKind };

/** What a process reports about one history; `totals` is null if it threw. */
export type Played = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly totals: Totals | null;
  readonly crashPoints: readonly string[];
};

/** A history that takes longer than this counts as endless; most take a few hundredths of a second. */
const maxHistoryMs = 30_000;

/**
 * Plays seeds in `processes` processes of a bundled worker. `note` receives each history and returns whether to go on. A history that
 * never ends counts as a violation. Histories are those of jobs unless `kind` says otherwise.
 */
export async function playSeeds(
  bundle: string,
  {
    seeds,
    processes,
    kind = 'jobs',
  }: { readonly seeds: readonly number[]; readonly processes: number; readonly kind?: HistoryKind },
  note: (played: Played) => boolean,
): Promise<void> {
  const turns = Array.from({ length: processes }, (_, own) => seeds.filter((_seed, at) => at % processes === own));
  const stop = new AbortController();
  const noteOrStop = (played: Played) => {
    if (!stop.signal.aborted && !note(played)) stop.abort();
  };
  await Promise.all(turns.map((own) => playTurn(bundle, { seeds: own, kind }, noteOrStop, stop.signal)));
}

/**
 * Plays one process's turn to its end or until stopped. Rejects if the process itself fails. It is a process because terminating a thread
 * while better-sqlite3 creates an error crashes the whole process.
 */
async function playTurn(bundle: string, turn: Turn, note: (played: Played) => void, stop: AbortSignal): Promise<void> {
  if (turn.seeds.length === 0 || stop.aborted) return;
  const worker = fork(bundle, { execArgv: [], serialization: 'advanced' });
  // Either may come first; once the channel is closed, everything that was sent has been read.
  const ended = Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]);
  worker.send(turn);
  const end = () => void worker.kill('SIGKILL');
  stop.addEventListener('abort', end, { once: true });
  // Without this an endless worker would outlive a parent that fails.
  process.once('exit', end);
  let played = 0;
  const endless = setInterval(() => {
    const seed = turn.seeds[played] ?? 0;
    note({
      seed,
      violations: [{ invariant: 'no fault of its own', what: 'the history never ends' }],
      totals: null,
      crashPoints: [],
    });
    end();
  }, maxHistoryMs);
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
    throw new Error(`A worker process ended with ${code ?? signal} after ${played} of ${turn.seeds.length}.`);
}
