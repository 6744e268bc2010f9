import type { JobFailure } from './failure-code.ts';
import type { Estimate } from './progress.ts';

/** LIVE jobs run on the provider and cost money; TEST jobs run on the built-in sandbox. */
export type Environment = 'LIVE' | 'TEST';

/** Both. */
export const environments: readonly Environment[] = ['LIVE', 'TEST'];

/** A job's state as stored. Clients see SUBMITTING as PENDING. */
export type JobState = 'PENDING' | 'SUBMITTING' | 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'CANCELED';

/** A job's state as clients see it. */
export type JobStatus = Exclude<JobState, 'SUBMITTING'>;

/** The aspect ratios that a video can have. */
export type AspectRatio = 'LANDSCAPE_16_9' | 'PORTRAIT_9_16' | 'SQUARE_1_1' | 'LANDSCAPE_4_3' | 'PORTRAIT_3_4';

/** Where the provider has a finished video; '' once the job was deleted. `expiresAt`: epoch milliseconds; null if that is unknown. */
export type Video = { readonly url: string; readonly contentType: string; readonly expiresAt: number | null };

/** Where a job's video stands. NONE: there is no video yet, or this installation keeps none. */
export type CopyState = 'NONE' | 'WAITING' | 'STORED' | 'GONE';

/** This installation's own copy of a job's video, or of its late video. Instants in epoch milliseconds. */
export type Copy = {
  readonly state: CopyState;
  /** When a WAITING copy is made, or the files of a GONE one are removed: schedule, lease and recovery in one. Null: nothing to do. */
  readonly copyAt: number | null;
  /** Failed tries in a row. */
  readonly faults: number;
  /** Since when the provider has not had the file (404, 410); null where its last response was another. */
  readonly missingSince: number | null;
  /** When the video was stored, or was gone. */
  readonly settledAt: number | null;
  /** Whether the video was gone at the provider before it could be copied. */
  readonly lost: boolean;
  readonly byteSize: number | null;
  /** Of the bytes as the provider delivered them: 64 lower-case hexadecimal digits. */
  readonly sha256: string | null;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly hasPoster: boolean;
};

/** The input of a job, with defaults applied. */
export type JobInput = {
  readonly prompt: string;
  readonly aspectRatio: AspectRatio;
  readonly seed: number;
  readonly externalId: string | null;
};

/** One video generation: the whole row. Instants in epoch milliseconds. */
export type Job = JobInput & {
  readonly id: string;
  readonly accountId: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly idempotencyKey: string | null;
  readonly retryOf: string | null;
  readonly priceCredits: number;
  /** What its caller was ready to pay at most; a retry keeps it. Null where the caller did not say. */
  readonly maxCredits: number | null;
  /** The API key with which it was requested; null where that was none, or where it was not noted yet. */
  readonly apiKeyId: string | null;
  /** Names its video in URLs and in the store of videos: 32 lower-case hexadecimal digits, which nobody can guess. */
  readonly videoId: string;
  readonly state: JobState;
  /** Counts changes of state, the arrival of a late video and the deletion; 1 when stored. */
  readonly version: number;
  readonly requestId: string | null;
  readonly pollUrl: string | null;
  readonly video: Video | null;
  readonly lateVideo: Video | null;
  readonly copy: Copy;
  readonly failure: JobFailure | null;
  /** The seed that the provider says it used. */
  readonly seedUsed: number | null;
  /** What the provider says that the job cost, in its own money. */
  readonly providerCost: number | null;
  /** The provider's words for the last refusal, failure or unknown status, for the operator; and the HTTP status that they came with. */
  readonly providerMessage: string | null;
  readonly providerHttpStatus: number | null;
  /** Since when the provider has called it finished without showing a usable video; null where it does not. */
  readonly outputMissingSince: number | null;
  /** Whether the last poll had a usable video beside a status word that nobody knows. */
  readonly unknownVideo: boolean;
  readonly estimate: Estimate;
  /** Transient faults in a row, of submits or of polls. */
  readonly faults: number;
  /** Polls that brought no response about the job, over its whole life; none is taken back. */
  readonly failedPolls: number;
  /** How often the submit was sent again after a 500 or 503. */
  readonly resends: number;
  readonly createdAt: number;
  readonly submittedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly deadlineAt: number;
  /** When the job falls due: the schedule, the lease and the crash recovery in one. Null when nothing is left to do. */
  readonly pollAt: number | null;
  /** When the last provider request ended, with or without a response; every poll sets it. */
  readonly polledAt: number | null;
  /** When its prompt, reference and video were removed for good; null while they are kept. */
  readonly deletedAt: number | null;
};

/** How polling a job goes. Clients do not see it. */
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

/** The outcome of polling a job that the provider accepted. */
export type PollEvent =
  /** The job is still running; `status` is null if the provider's status word is unknown. */
  | { readonly type: 'seen'; readonly status: 'QUEUED' | 'PROCESSING' | null }
  | { readonly type: 'completed'; readonly video: Video }
  | { readonly type: 'failed'; readonly failure: JobFailure }
  /** The provider does not know the request (404). */
  | { readonly type: 'missing' }
  /** A transient fault, which means nothing for the job. */
  | { readonly type: 'fault' };

/** The outcome of sending a job to the provider. */
export type SubmitEvent =
  | {
      readonly type: 'accepted';
      readonly requestId: string | null;
      readonly pollUrl: string;
      readonly poll: Exclude<PollEvent, { type: 'missing' | 'fault' }>;
      /** How long the job may take, where its provider wants less than the usual time; the sandbox's scripts do. */
      readonly deadlineMs?: number;
      /** How long the job takes, where its provider knows, as the sandbox's scripts do: earlier jobs then say nothing about it. */
      readonly knownMs?: number;
    }
  /** Certainly no byte of the request was sent. */
  | { readonly type: 'notSent' }
  /** The claim was too old, so the sender sent nothing: the row is due again at once. */
  | { readonly type: 'withheld' }
  /** The provider refused for now and billed nothing: send again at `retryAt`. */
  | { readonly type: 'throttled'; readonly retryAt: number }
  /** A 500 or 503 after which the provider's documentation allows sending again. */
  | { readonly type: 'serverError'; readonly failure: JobFailure }
  | { readonly type: 'refused'; readonly failure: JobFailure }
  /** The provider may or may not have taken the job. */
  | { readonly type: 'unconfirmed'; readonly httpStatus: number | null };

/** Everything that can happen to a job. */
export type LifeEvent =
  | SubmitEvent
  | PollEvent
  /** A poller claimed the row because it was due. */
  | { readonly type: 'claimed' }
  /**
   * Its deadline has passed, and where the provider has it a poll that was begun afterwards brought no end. `unseen`: that poll failed, so
   * nobody knows what the provider has.
   */
  | { readonly type: 'deadline'; readonly unseen: boolean }
  | { readonly type: 'canceled' };

/** The states that no event leaves. */
export const endStates: ReadonlySet<JobState> = new Set(['COMPLETED', 'FAILED', 'CANCELED']);

/** Whether a job has reached an end state. */
export function isEnded(job: Pick<Job, 'state'>): boolean {
  return endStates.has(job.state);
}

/** A job's state as clients see it. */
export function statusOf(state: JobState): JobStatus {
  return state === 'SUBMITTING' ? 'PENDING' : state;
}

/** The input of a job by default. */
export const defaultInput = {
  prompt: '2 people in a business meeting',
  aspectRatio: 'LANDSCAPE_16_9',
  seed: 1_323_456,
} as const satisfies Partial<JobInput>;
