import { copyClaimed } from '../domain/copy.ts';
import type { Job } from '../domain/job.ts';
import { every } from '../lib/every.ts';
import { createLogLimit } from '../lib/log-limit.ts';
import { withTimeout } from '../lib/timeout.ts';
import { copyTopic } from '../ports/copy.ts';
import { type Swept, sweepStrayFiles } from './stray-files.ts';
import { createVideoCopy, type VideoCopyDeps } from './video-copy.ts';

/** Copies the videos of finished jobs into the store, and sweeps what crashes have left there. */
export interface Copier {
  /** Runs rounds until stopped: after a ring, after each copy, and every 5 seconds. Sweeps every 6 hours. */
  start(): void;
  /** Claims due copies, as many as may run, and starts them. Does not wait for them. */
  round(): Promise<void>;
  /** Fulfils when no copy is under way. */
  idle(): Promise<void>;
  /** Removes stray files. */
  sweep(): Promise<Swept>;
  /** Claims nothing more and aborts the copies under way, which fall due again; fulfils when they have ended, after 12 s at most. */
  stop(): Promise<void>;
}

/** How many copies a node makes at once. */
const copiesAtOnce = 4;

const idleMs = 5000;

/** Soon after the start, so that a process which is restarted every day sweeps, too. */
const firstSweepMs = 10 * 60_000;

const sweepMs = 6 * 60 * 60_000;

const drainMs = 12_000;

/** The copier of a node; copies of both environments. */
export function createCopier(deps: VideoCopyDeps): Copier {
  const { store, bell, clock, log, inspector } = deps;
  const copyVideo = createVideoCopy(deps);
  const mayLog = createLogLimit(clock);
  const underWay = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  const stops: (() => void)[] = [];
  let isStarted = false;
  let running = false;
  let rung = false;
  let current: Promise<void> = Promise.resolve();
  let sweeping: Promise<void> = Promise.resolve();

  const fail = (message: string) => (error: unknown) => {
    if (mayLog(message)) log.error({ err: error }, message);
  };

  async function copy(job: Job): Promise<void> {
    await copyVideo(job, stopped.signal).catch(fail('What became of the copy of a video could not be stored.'));
    underWay.delete(job.id);
    wake();
  }

  async function round(): Promise<void> {
    const free = stopped.signal.aborted ? 0 : copiesAtOnce - underWay.size;
    const due = free > 0 ? await store.claimCopies(free, clock.now(), copyClaimed) : [];
    // A copy whose lease has run out may still be under way on this node: its commit will fail, and the row falls due again.
    for (const job of due) if (!underWay.has(job.id)) underWay.set(job.id, copy(job));
  }

  function wake(): void {
    rung = true;
    if (isStarted && !running && !stopped.signal.aborted) current = run();
  }

  async function run(): Promise<void> {
    running = true;
    while (rung && !stopped.signal.aborted) {
      // Copies that end in the same turn wake the copier only once.
      await Promise.resolve();
      rung = false;
      await round().catch(fail('The copier could not claim due copies; it tries again.'));
    }
    running = false;
  }

  function sweepOnce(): void {
    sweeping = sweepStrayFiles(deps).then(() => undefined, fail('Stray files could not be looked for.'));
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay.values());
  }

  return {
    round,
    idle,
    sweep: () => sweepStrayFiles(deps),
    start() {
      isStarted = true;
      stops.push(bell.listen(copyTopic, wake), every(clock, idleMs, wake));
      stops.push(clock.after(firstSweepMs, sweepOnce), every(clock, sweepMs, sweepOnce));
      wake();
    },
    async stop() {
      for (const stop of stops) stop();
      stopped.abort();
      const ended = Promise.all([inspector.close(), current, sweeping]).then(idle);
      await withTimeout(ended, drainMs, clock);
    },
  };
}
