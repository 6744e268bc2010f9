import type { JobFailure } from './failure-code.ts';
import type { Estimate } from './progress.ts';

/** LIVE jobs run on the provider and cost money; TEST jobs run on the built-in sandbox. */
export type Environment = 'LIVE' | 'TEST';

/** A job's state as stored. Clients see SUBMITTING as PENDING. */
export type JobState = 'PENDING' | 'SUBMITTING' | 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'CANCELED';

/** A job's state as clients see it. */
export type JobStatus = Exclude<JobState, 'SUBMITTING'>;

/** The shapes of video on offer. */
export type AspectRatio = 'LANDSCAPE_16_9' | 'PORTRAIT_9_16' | 'SQUARE_1_1' | 'LANDSCAPE_4_3' | 'PORTRAIT_3_4';

/** Where a finished video can be played. `expiresAt` is null where its end is not known. */
export type Video = { readonly url: string; readonly contentType: string; readonly expiresAt: number | null };

/** What was asked for, after defaults. */
export type JobInput = {
  readonly prompt: string;
  readonly aspectRatio: AspectRatio;
  readonly seed: number;
  readonly externalId: string | null;
};

/** One video generation: its whole row. Instants in epoch milliseconds. */
export type Job = JobInput & {
  readonly id: string;
  readonly accountId: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly idempotencyKey: string | null;
  readonly retryOf: string | null;
  readonly priceCredits: number;
  readonly state: JobState;
  /** Counts changes of state and nothing else; 1 when stored. */
  readonly version: number;
  readonly requestId: string | null;
  readonly pollUrl: string | null;
  readonly video: Video | null;
  readonly lateVideo: Video | null;
  readonly failure: JobFailure | null;
  readonly estimate: Estimate;
  /** Passing faults in a row, of submits or of looks. */
  readonly faults: number;
  /** How often a submit that the provider answered with 500 or 503 was sent again. */
  readonly resends: number;
  readonly createdAt: number;
  readonly submittedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly deadlineAt: number;
  /** The schedule, the lease and the crash recovery in one: when the job falls due; null when nothing is left to do. */
  readonly pollAt: number | null;
  /** When the provider last answered or failed to; moves with every look. */
  readonly polledAt: number | null;
};

/** How polling a job goes: what is not part of what clients see of it. */
export type Polling = Pick<Job, 'faults' | 'pollAt' | 'polledAt'>;

/** One change of state of a job, as kept in its history and in its account's feed. */
export type JobEvent = {
  readonly jobId: string;
  readonly accountId: string;
  /** Its number in the account's feed: gapless, from 1, in commit order. */
  readonly feed: number;
  readonly version: number;
  readonly status: JobStatus;
  readonly message: string;
  readonly occurredAt: number;
};

/** What a look at the provider can tell of a job that it accepted. */
export type PollEvent =
  /** Still running; status is null where the provider's word for it is not known. */
  | { readonly type: 'seen'; readonly status: 'QUEUED' | 'PROCESSING' | null }
  | { readonly type: 'completed'; readonly video: Video }
  | { readonly type: 'failed'; readonly failure: JobFailure }
  /** The provider says that it does not know the request. */
  | { readonly type: 'missing' }
  /** A passing fault: it says nothing about the job. */
  | { readonly type: 'fault' };

/** What can come of sending a job to the provider. */
export type SubmitEvent =
  | {
      readonly type: 'accepted';
      readonly requestId: string | null;
      readonly pollUrl: string;
      readonly poll: Exclude<PollEvent, { type: 'missing' | 'fault' }>;
    }
  /** It is certain that no byte of the request was sent. */
  | { readonly type: 'notSent' }
  /** The sender found that its claim was too old to send anything: the row goes back at once. */
  | { readonly type: 'withheld' }
  /** Refused for now, and not billed: again at `retryAt`. */
  | { readonly type: 'throttled'; readonly retryAt: number }
  /** Answered 500 or 503 in a way that the provider's documentation allows to send again. */
  | { readonly type: 'serverError'; readonly failure: JobFailure }
  | { readonly type: 'refused'; readonly failure: JobFailure }
  /** It cannot be learnt whether the provider took it. */
  | { readonly type: 'unconfirmed'; readonly httpStatus: number | null };

/** Everything that can happen to a job. */
export type LifeEvent =
  | SubmitEvent
  | PollEvent
  /** A poller took the row because it had fallen due. */
  | { readonly type: 'claimed' }
  | { readonly type: 'deadline' }
  | { readonly type: 'canceled' };

/** The states after which nothing moves any more. */
export const endStates: ReadonlySet<JobState> = new Set(['COMPLETED', 'FAILED', 'CANCELED']);

/** Whether a job has reached an end state. */
export function isEnded(job: Pick<Job, 'state'>): boolean {
  return endStates.has(job.state);
}

/** A job's state as clients see it. */
export function statusOf(state: JobState): JobStatus {
  return state === 'SUBMITTING' ? 'PENDING' : state;
}

/** What stands where nothing is asked for. */
export const defaultInput = {
  prompt: '2 people in a business meeting',
  aspectRatio: 'LANDSCAPE_16_9',
  seed: 1_323_456,
} as const satisfies Partial<JobInput>;
