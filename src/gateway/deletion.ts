import { erase } from '../domain/erasure.ts';
import { type FailureOf, jobStateFailure, notFound } from '../domain/failure.ts';
import type { Job } from '../domain/job.ts';
import { removalTopic } from '../ports/copy.ts';
import { accountTopic, type Bell, type Clock, jobTopic, type Store } from '../ports.ts';
import type { Viewer } from './viewer.ts';

/** Deletes a job of the viewer's that has ended; a deleted one stays as it is. */
export type DeleteJob = (viewer: Viewer, id: string) => Promise<Job | FailureOf<'notFound' | 'jobState'>>;

type DeletionDeps = {
  readonly store: Pick<Store, 'commit'>;
  readonly bell: Bell;
  readonly clock: Clock;
  /** Reads a job that the viewer may act on. */
  readonly findOwn: (viewer: Viewer, id: string) => Promise<Job | null>;
};

/** The deletion of jobs. The worker that the last topic wakes removes the files. */
export function createDeletion({ store, bell, clock, findOwn }: DeletionDeps): DeleteJob {
  return async (viewer, id) => {
    for (;;) {
      const job = await findOwn(viewer, id);
      if (job === null) return notFound();
      if (job.deletedAt !== null) return job;
      const now = clock.now();
      const change = erase(job, now);
      if (change === null) return jobStateFailure('NOT_DELETABLE', job);
      if (await store.commit(change, now)) {
        bell.ring([jobTopic(job.id), accountTopic(job.accountId), removalTopic]);
        return change.to;
      }
    }
  };
}
