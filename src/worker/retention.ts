import { copyGone, filesRemoved, posterFileOf, removalClaimed, videoFileOf } from '../domain/copy.ts';
import { erase } from '../domain/erasure.ts';
import type { Job } from '../domain/job.ts';
import { jobFactsOf } from '../domain/job-facts.ts';
import { createLogLimit, type LogLimit } from '../lib/log-limit.ts';
import { removalTopic, type VideoRecords } from '../ports/copy.ts';
import type { BlobStore } from '../ports/video.ts';
import { accountTopic, type Bell, type Clock, jobTopic, type Log, type Store } from '../ports.ts';
import { createErasureRound, type ErasureDeps, erasedAtOnce } from './erasure.ts';

/** What retention needs. */
export type RetentionDeps = {
  readonly store: Pick<
    Store,
    'commit' | Exclude<keyof VideoRecords, 'claimCopies' | 'knownVideos' | 'findJobByVideo'>
  > &
    ErasureDeps['store'];
  /** Where files are removed from; null where this installation keeps no videos: then files of earlier days stay due to be removed. */
  readonly blobs: Pick<BlobStore, 'remove'> | null;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
  /** How long after the end of its job a video is kept; null: for ever. */
  readonly retentionMs: number | null;
  /** How long after its end a job is kept; null: for ever. */
  readonly jobRetentionMs: number | null;
};

/** Deletes jobs and videos whose time is over, and removes the files of everything that was deleted. */
export interface Retention {
  /** Runs a round at once, after a ring, and every minute until stopped. */
  start(): void;
  /** Handles up to `mostPerRound` of each kind. Fulfils with whether more may be left; rejects if the database cannot be read. */
  round(): Promise<boolean>;
  /** Begins nothing more; fulfils when the round under way has ended. */
  stop(): Promise<void>;
}

/** A bound on the work of one round, so that a stop waits for little. */
export const mostPerRound = 200;

const idleMs = 60_000;

/** Between two rounds while more is left: requests of clients come first. */
const pauseMs = 200;

/**
 * A node's retention. Every node may run one: jobs and videos are deleted by compare-and-set, and files are claimed.
 *
 *   kept job ── its time is over, or deleteJob ──► deleted, its video GONE and due ─┐
 *   STORED video ── its time is over ──► GONE and due ──────────────────────────────┴─► files removed ──► nothing due
 *
 * The row changes first: nobody is sent to a file that is about to go, and after a crash the removal is still due.
 */
export function createRetention(deps: RetentionDeps): Retention {
  const { bell, clock, log } = deps;
  const mayLog = createLogLimit(clock);
  const round = createRound(deps, mayLog, () => stopping);
  let stopping = false;
  let running = false;
  let rung = false;
  let current: Promise<void> = Promise.resolve();
  let stopTimer: () => void = () => undefined;
  let stopListening: () => void = () => undefined;

  function wake(): void {
    rung = true;
    if (running || stopping) return;
    current = run();
  }

  async function run(): Promise<void> {
    running = true;
    stopTimer();
    let isMore = false;
    while (rung && !stopping) {
      rung = false;
      isMore = await round().catch((error: unknown) => {
        if (mayLog('round'))
          log.error({ err: error }, 'Retention could not read or write the database; it tries again.');
        return false;
      });
    }
    running = false;
    if (!stopping) stopTimer = clock.after(isMore ? pauseMs : idleMs, wake);
  }

  return {
    round,
    start() {
      stopListening = bell.listen(removalTopic, wake);
      wake();
    },
    async stop() {
      stopping = true;
      stopTimer();
      stopListening();
      await current;
    },
  };
}

/** Creates the function that runs one round. Between two rows it asks whether to stop. */
function createRound(deps: RetentionDeps, mayLog: LogLimit, isStopping: () => boolean): Retention['round'] {
  const { store, blobs, bell, clock, log, retentionMs, jobRetentionMs } = deps;

  /** Handles jobs, so many at once, until a stop; returns how many of them changed. Rejects if one did, once none is under way. */
  async function each(
    jobs: readonly Job[],
    handle: (job: Job, now: number) => Promise<boolean>,
    atOnce = 1,
  ): Promise<number> {
    let changed = 0;
    for (let at = 0; at < jobs.length && !isStopping(); at += atOnce) {
      const group = jobs.slice(at, at + atOnce);
      const outcomes = await Promise.allSettled(group.map((job) => handle(job, clock.now())));
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') throw outcome.reason;
        if (outcome.value) changed += 1;
      }
    }
    return changed;
  }

  async function deleteJob(job: Job, now: number): Promise<boolean> {
    const change = erase(job, now);
    if (change === null || !(await store.commit(change, now))) return false;
    bell.ring([jobTopic(job.id), accountTopic(job.accountId)]);
    return true;
  }

  async function forgetVideo(job: Job, now: number): Promise<boolean> {
    if (!(await store.commitCopy(job, copyGone(job, now)))) return false;
    bell.ring([jobTopic(job.id)]);
    return true;
  }

  async function removeFiles(job: Job, files: Pick<BlobStore, 'remove'>): Promise<boolean> {
    try {
      await files.remove(videoFileOf(job.videoId));
      await files.remove(posterFileOf(job.videoId));
      return await store.commitCopy(job, filesRemoved(job));
    } catch (error) {
      if (mayLog('removal'))
        log.warn(
          { err: error, ...jobFactsOf(job) },
          'The files of a deleted video could not be removed; it is tried again.',
        );
      return false;
    }
  }

  const eraseOrdered = createErasureRound({ store, bell, clock }, isStopping);
  const before = (keptMs: number) => clock.now() - keptMs;

  return async () => {
    const ordered = await eraseOrdered(mostPerRound);
    const jobs = jobRetentionMs === null ? [] : await store.listKept(before(jobRetentionMs), mostPerRound);
    const deleted = await each(jobs, deleteJob, erasedAtOnce);
    const videos = retentionMs === null ? [] : await store.listStored(before(retentionMs), null, mostPerRound);
    const forgotten = await each(videos, forgetVideo);
    const due = blobs === null ? [] : await store.claimRemovals(mostPerRound, clock.now(), removalClaimed);
    const removed = blobs === null ? 0 : await each(due, (job) => removeFiles(job, blobs));
    await store.checkpoint();
    const erased = deleted + ordered.erased;
    if (erased + forgotten + removed > 0)
      log.info({ jobs: erased, videos: forgotten, filesOf: removed }, 'Retention deleted jobs or videos.');
    // Rows that did not change are not tried again at once.
    return ordered.isMore || deleted === mostPerRound || forgotten === mostPerRound || removed === mostPerRound;
  };
}
