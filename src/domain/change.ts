import { isEnded, type Job, type JobState, type Polling, type Video } from './job.ts';

/**
 * A job before and after an event. `moved`: the state changed or a late video arrived, so `version` grew and the store writes a job event
 * with `message`.
 */
export type Change = {
  readonly from: Job;
  readonly to: Job;
  readonly moved: boolean;
  readonly message: string;
};

/** A change that keeps the state: no version, no event. */
export function stay(job: Job, patch: Partial<Job>): Change {
  return { from: job, to: { ...job, ...patch }, moved: false, message: '' };
}

/** A change of a job's polling only. */
export function reschedule(job: Job, polling: Partial<Polling>): Change {
  return stay(job, polling);
}

/** A change of state. */
export function move(job: Job, state: JobState, patch: Partial<Job>): Change {
  const to: Job = { ...job, ...patch, state, version: job.version + 1 };
  return { from: job, to, moved: true, message: sentenceOf(to) };
}

/** Why a job goes back to PENDING, as sentences of its history. */
const reasons = {
  notSent: 'The provider could not be reached. The gateway sends the job again.',
  throttled: 'The provider limits requests and did not take the job yet. The gateway sends it again.',
  serverError: 'The provider had a fault and did not take the job. The gateway sends it again.',
} as const;

/** A change back to PENDING: the provider took nothing, and the job is sent again at `patch.pollAt`. */
export function sendAgain(job: Job, reason: keyof typeof reasons, patch: Partial<Job>): Change {
  return { ...move(job, 'PENDING', patch), message: reasons[reason] };
}

/** When a job is sent to the provider again, in epoch milliseconds; null unless it was not taken and waits for that. */
export function resendAt({ state, version, pollAt }: Pick<Job, 'state' | 'version' | 'pollAt'>): number | null {
  return state === 'PENDING' && version > 1 ? pollAt : null;
}

/** The arrival of a late video: the job stays FAILED, and its watchers learn of the video. */
export function arrive(job: Job, lateVideo: Video, patch: Partial<Job>): Change {
  const to: Job = { ...job, ...patch, lateVideo, pollAt: null, version: job.version + 1 };
  return {
    from: job,
    to,
    moved: true,
    message: 'The video arrived after the gateway had given up; it is not charged.',
  };
}

/** A change to an end state. The row is never due again unless `patch` sets `pollAt`. */
export function end(job: Job, state: JobState, now: number, patch: Partial<Job>): Change {
  return move(job, state, { finishedAt: now, pollAt: null, ...patch });
}

/** The sentence in a job's history for the state that it has reached. */
export function sentenceOf(job: Job): string {
  switch (job.state) {
    case 'PENDING':
      return job.version === 1 ? 'Stored; its price is held.' : 'Waiting to be sent to the provider again.';
    case 'SUBMITTING':
      return 'Being sent to the provider.';
    case 'QUEUED':
      return 'Accepted by the provider and waiting there.';
    case 'PROCESSING':
      return 'The provider is working on it.';
    case 'COMPLETED':
      return 'The video is ready.';
    case 'FAILED':
      return job.failure?.message ?? 'The job failed.';
    case 'CANCELED':
      return 'Canceled before it was sent; its credits were returned.';
  }
}

/** The late video that a change added, for logs and counts; null if it added none. */
export function lateVideoOf(change: Change): Video | null {
  return change.from.lateVideo === null ? change.to.lateVideo : null;
}

/** Whether a change ends a job, so that its price is captured (COMPLETED) or released (any other end). */
export function closesCharge(change: Change): boolean {
  return isEnded(change.to) && !isEnded(change.from);
}
