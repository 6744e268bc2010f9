import { copyTopic } from '../copy-ports.ts';
import { copyClaimed, filesRemoved, removalClaimed } from '../domain/copy.ts';
import type { Job } from '../domain/job.ts';
import { every } from '../lib/every.ts';
import { createLogLimit } from '../lib/log-limit.ts';
import { withTimeout } from '../lib/timeout.ts';
import { type Swept, sweepStrayFiles } from './stray-files.ts';
import { createVideoCopy, removeFiles, type VideoCopyDeps } from './video-copy.ts';

/** Copies the videos of finished jobs into the store, and removes the files of those that are gone. */
export interface Copier {
  /** Runs rounds until stopped: after a ring, after each copy, and every 5 seconds; and a sweep every 6 hours. */
  start(): void;
  /** Claims due copies, as many as are free, starts them, and removes the files of videos that are gone. Does not wait for the copies. */
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

const removalsAtOnce = 20;

const idleMs = 5000;

const sweepMs = 6 * 60 * 60_000;

const drainMs = 12_000;

/** The copier of a node; copies of both environments. */
export function createCopier(deps: VideoCopyDeps): Copier {
  const { store, bell, clock, log, blobs, inspector } = deps;
  const copyVideo = createVideoCopy(deps);
  const mayLog = createLogLimit(clock);
  const underWay = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  const stops: (() => void)[] = [];
  let isStarted = false;
  let running = false;
  let rung = false;
  let current: Promise<void> = Promise.resolve();

  const fail = (message: string) => (error: unknown) => {
    if (mayLog(message)) log.error({ err: error }, message);
  };

  async function copy(job: Job): Promise<void> {
    await copyVideo(job, stopped.signal).catch(fail('What became of the copy of a video could not be stored.'));
    underWay.delete(job.id);
    wake();
  }

  async function remove(job: Job): Promise<void> {
    await removeFiles(blobs, job);
    await store.commitCopy(job, filesRemoved(job));
  }

  async function round(): Promise<void> {
    const free = copiesAtOnce - underWay.size;
    const due = free > 0 ? await store.claimCopies(free, clock.now(), copyClaimed) : [];
    // A copy whose lease has run out may still be under way on this node: its commit will fail, and the row falls due again.
    for (const job of due) if (!underWay.has(job.id)) underWay.set(job.id, copy(job));
    for (;;) {
      const gone = await store.claimRemovals(removalsAtOnce, clock.now(), removalClaimed);
      for (const job of gone)
        await remove(job).catch(fail('The files of a video could not be removed; they are later.'));
      if (gone.length < removalsAtOnce || stopped.signal.aborted) return;
    }
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
      stops.push(
        every(clock, sweepMs, () => void sweepStrayFiles(deps).catch(fail('Stray files could not be looked for.'))),
      );
      wake();
    },
    async stop() {
      for (const stop of stops) stop();
      stopped.abort();
      const ended = Promise.all([inspector.close(), current]).then(idle);
      await withTimeout(ended, drainMs, clock);
    },
  };
}
