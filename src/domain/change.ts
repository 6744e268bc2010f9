import { isEnded, type Job, type JobState, type Polling, type Video } from './job.ts';

/** What an event makes of a job. `moved`: the state changed, so version grew and an event is due; `message` is that event's sentence. */
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

/** A change that brings no more than how polling the job goes. */
export function reschedule(job: Job, polling: Partial<Polling>): Change {
  return stay(job, polling);
}

/** A change of state. */
export function move(job: Job, state: JobState, patch: Partial<Job>): Change {
  const to: Job = { ...job, ...patch, state, version: job.version + 1 };
  return { from: job, to, moved: true, message: sentenceOf(to) };
}

/** A change to an end state; what is left to do afterwards is in the patch. */
export function end(job: Job, state: JobState, now: number, patch: Partial<Job>): Change {
  return move(job, state, { finishedAt: now, pollAt: null, ...patch });
}

/** What a job's history says of the state it has come to. */
export function sentenceOf(job: Job): string {
  switch (job.state) {
    case 'PENDING':
      return job.version === 1 ? 'Stored; its price is held.' : 'Waiting to be sent to the provider again.';
    case 'SUBMITTING':
      return 'Being sent to the provider.';
    case 'QUEUED':
      return 'Accepted by the provider; waiting there.';
    case 'PROCESSING':
      return 'The provider is working on it.';
    case 'COMPLETED':
      return 'The video is ready.';
    case 'FAILED':
      return job.failure?.message ?? 'It failed.';
    case 'CANCELED':
      return 'Canceled before it was sent; its price is free again.';
  }
}

/** Which videos a change brought that had not been there: for logs and counts. */
export function lateVideoOf(change: Change): Video | null {
  return change.from.lateVideo === null ? change.to.lateVideo : null;
}

/** Whether a change takes the second step of money: capture where it completed, release where it ended otherwise. */
export function closesCharge(change: Change): boolean {
  return isEnded(change.to) && !isEnded(change.from);
}
