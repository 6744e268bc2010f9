import type { Copy, Job } from '../domain/job.ts';

/** Decides what a claim makes of the copy of a job's video at `now`. */
export type DecideCopy = (job: Job, now: number) => Copy;

/** Where a list of stored videos goes on: after the video of this job. */
export type StoredKey = Pick<Job, 'id'> & { readonly finishedAt: number };

/**
 * What a store keeps about videos and about jobs whose time is over: part of `Store`, with the same promises. Copies are no changes of
 * state: they have no version and no event, so after a commit the caller rings the job's topic.
 */
export interface VideoRecords {
  /** The job that a video belongs to; null if there is none. A deleted job is returned, too. */
  findJobByVideo(videoId: string): Promise<Job | null>;
  /**
   * Claims WAITING copies that are due (`copyAt <= now`), of both environments, longest due first; `decide` leases each in the same
   * transaction. Returns the jobs as claimed.
   */
  claimCopies(limit: number, now: number, decide: DecideCopy): Promise<readonly Job[]>;
  /** As `claimCopies`, for GONE copies whose files must be removed. */
  claimRemovals(limit: number, now: number, decide: DecideCopy): Promise<readonly Job[]>;
  /** Writes what became of a job's copy. Writes nothing and returns false if the copy has changed since the job was read or claimed. */
  commitCopy(job: Job, copy: Copy): Promise<boolean>;
  /** Which of these videos may have files: those that are stored, being copied or about to be removed. In no order. */
  knownVideos(videoIds: readonly string[]): Promise<readonly string[]>;
  /** Jobs whose videos are stored and that ended before an instant, the oldest end first. */
  listStored(finishedBefore: number, after: StoredKey | null, limit: number): Promise<readonly Job[]>;
  /** Jobs that ended before an instant and were not deleted, the oldest end first. */
  listKept(finishedBefore: number, limit: number): Promise<readonly Job[]>;
  /**
   * Leaves nothing of what was erased in the database's own log. A database file is checkpointed if something was erased since the last
   * time; a database server looks after its log itself.
   */
  checkpoint(): Promise<void>;
}

/** Rung when the video of a job waits to be copied. */
export const copyTopic = 'work:copies';

/** Rung when the files of a video are to be removed. */
export const removalTopic = 'work:removals';
