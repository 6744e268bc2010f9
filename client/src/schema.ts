// Generated from schema/schema.graphql by `npm run client:types`. Do not edit.

/** Where jobs run. TEST jobs run on the built-in sandbox and cost test credits; LIVE jobs run on the provider and cost money. */
export type Environment =
  | 'LIVE'
  | 'TEST';

/** The shape of a video, width to height. */
export type AspectRatio =
  | 'LANDSCAPE_16_9'
  | 'PORTRAIT_9_16'
  | 'SQUARE_1_1'
  | 'LANDSCAPE_4_3'
  | 'PORTRAIT_3_4';

/** The status of a job. COMPLETED, FAILED and CANCELED are final. */
export type JobStatus =
  | 'PENDING'
  | 'QUEUED'
  | 'PROCESSING'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELED';

/** Where the bytes of a video are. */
export type VideoStorage =
  | 'PROVIDER'
  | 'STORED'
  | 'GONE';

/** What has become of a job's price. */
export type ChargeState =
  | 'HELD'
  | 'CAPTURED'
  | 'RELEASED';

/** Why something failed, for your code to check. */
export type FailureCode =
  | 'INVALID_INPUT'
  | 'INSUFFICIENT_CREDITS'
  | 'BUDGET_EXCEEDED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'RATE_LIMITED'
  | 'NOT_FOUND'
  | 'NOT_CANCELABLE'
  | 'NOT_RETRYABLE'
  | 'NOT_DELETABLE'
  | 'NOT_REFUNDABLE'
  | 'PROVIDER_BAD_REQUEST'
  | 'PROVIDER_UNAUTHORIZED'
  | 'PROVIDER_FORBIDDEN'
  | 'PROVIDER_WORKFLOW_NOT_FOUND'
  | 'PROVIDER_UNAVAILABLE'
  | 'PROVIDER_TIMEOUT'
  | 'PROVIDER_BAD_OUTPUT'
  | 'PROVIDER_JOB_LOST'
  | 'GENERATION_FAILED'
  | 'CONTENT_REJECTED'
  | 'SUBMISSION_UNCONFIRMED'
  | 'DEADLINE_EXCEEDED';

/** Who is short of credits. */
export type CreditScope =
  | 'ACCOUNT'
  | 'PROVIDER';

/** Whose budget it is. */
export type BudgetScope =
  | 'USER'
  | 'INSTALLATION';

/** How long a budget lasts. */
export type BudgetPeriod =
  | 'MONTH'
  | 'TOTAL';

/**
 * The video to make. In every field, null means the default. Input that is not allowed gives an InvalidInputError, and nothing is
 * stored.
 */
export type GenerateVideoInput = {
  /**
   * What the video should show: 1 to 2000 Unicode code points, not only white space, sent unchanged. Default: "2 people in a business
   * meeting".
   */
  readonly prompt?: string | null | undefined;
  /** The shape of the video. */
  readonly aspectRatio?: AspectRatio | null | undefined;
  /** The random seed: 0 to 2^53-1, or -1 to let the provider pick one. Default: 1323456. */
  readonly seed?: number | null | undefined;
  /**
   * Makes repeated calls safe: use one key per intent, 1 to 255 printable ASCII characters. The same key with the same `prompt`,
   * `aspectRatio`, `seed` and `externalId` (after defaults) returns the same job, or the same failure if its submission was refused.
   * With different input it gives an IdempotencyConflictError. Keys are separate for each user and environment, shared with
   * `retryJob`, and kept as long as the job. A call that stored no job does not use up its key. The key is checked before limits,
   * price and credits.
   */
  readonly idempotencyKey?: string | null | undefined;
  /** Your own reference, up to 255 characters. It need not be unique. */
  readonly externalId?: string | null | undefined;
  /**
   * The highest price you accept, 0 or more. If a video costs more, you get an InvalidInputError on ["maxCredits"] that names the
   * price.
   */
  readonly maxCredits?: number | null | undefined;
};

/** Which jobs to list. A job must match every field you give. */
export type JobFilter = {
  /** Jobs with one of these statuses; null matches all. */
  readonly status?: readonly JobStatus[] | null | undefined;
  /** Jobs with exactly this reference; null matches all. */
  readonly externalId?: string | null | undefined;
  /** Jobs that failed with one of these codes; null matches all. */
  readonly failureCode?: readonly FailureCode[] | null | undefined;
  /**
   * Jobs that were stored at this instant or later; null matches all. Together with `createdBefore`, consecutive periods have each job
   * once.
   */
  readonly createdAfter?: string | null | undefined;
  /** Jobs that were stored before this instant; null matches all. */
  readonly createdBefore?: string | null | undefined;
  /**
   * Jobs whose prompt or externalId contains this text of at most 255 characters. The letters A to Z also match in the other case;
   * every other character, `%` and `_` included, matches itself. Null or an empty text matches all.
   */
  readonly search?: string | null | undefined;
};

/** How far a job is. The provider reports no percentage, so this is an estimate from how long earlier jobs took. */
export type JobProgress = {
  /** From 0 to 1. It never goes back, and stays below 1 until the job is COMPLETED. */
  readonly fraction: number;
  /** Seconds since the provider accepted the job, up to now or to the job's end; 0 before that. */
  readonly elapsedSeconds: number;
  /** The median time left, given the time already spent. Null if the job is overdue or has ended. */
  readonly remainingSeconds: number | null;
  /** Now plus `remainingSeconds`; null if that is null. */
  readonly estimatedFinishAt: string | null;
  /** True once the job has run longer than nearly all earlier jobs. */
  readonly overdue: boolean;
  /** How many earlier jobs the estimate is based on. */
  readonly sampleSize: number;
};

/** A finished video. */
export type Video = {
  /** Where to play or download the video: the same as `Job.videoUrl`. On an installation that keeps no videos, the provider's URL. */
  readonly url: string;
  /** The media type: from the provider's response or the URL's suffix, otherwise video/mp4. */
  readonly contentType: string;
  /** The first frame as JPEG; null until the video is STORED, and where no picture could be made. */
  readonly posterUrl: string | null;
  /** Where the bytes are now. */
  readonly storage: VideoStorage;
  /** When the last place that has the video forgets it, or did if it is GONE. Null if it is kept for ever, or if that is not known. */
  readonly expiresAt: string | null;
  /** Where the provider has the video, until `sourceExpiresAt`; null if it is GONE. */
  readonly sourceUrl: string | null;
  /** When the provider deletes its file; null if that is not known. */
  readonly sourceExpiresAt: string | null;
  /** The size in bytes; null until the video is STORED. */
  readonly byteSize: number | null;
  /** How long it plays; null until the video is STORED, or if the file does not say. */
  readonly durationSeconds: number | null;
  /** In pixels; null as `durationSeconds`. */
  readonly width: number | null;
  /** In pixels; null as `durationSeconds`. */
  readonly height: number | null;
  /** The SHA-256 of the bytes as the provider delivered them, in lower-case hexadecimal; null until the video is STORED. */
  readonly sha256: string | null;
};

/** What a job costs its owner, and whether it has been paid. */
export type Charge = {
  /** HELD until the job ends. Changes exactly once, together with the job. */
  readonly state: ChargeState;
  /** The price, fixed when the job was created. */
  readonly credits: number;
};

/** One video generation: its input, its current state, its cost and its result. */
export type Job = {
  /** Opaque global id. Pass it to `job(id)`, `node(id)` and wherever a job's id is needed. */
  readonly id: string;
  /** The environment in which the job runs. */
  readonly environment: Environment;
  /** The prompt, exactly as given; empty once the job was deleted. */
  readonly prompt: string;
  /** The requested shape of the video. */
  readonly aspectRatio: AspectRatio;
  /** The requested seed; -1 lets the provider pick one. */
  readonly seed: number;
  /** The caller's own reference. It need not be unique. */
  readonly externalId: string | null;
  /** The current status. */
  readonly status: JobStatus;
  /**
   * Grows by one with every change of state, and when a late video arrives. Ignore an update whose version is lower than the one you
   * have; the same version again carries newer progress.
   */
  readonly version: number;
  /** How far the job is, estimated at each read. It does not change `version`. */
  readonly progress: JobProgress;
  /**
   * Where the video is or will be, known from the first moment: put it into `<video src>` or a link at once. Until the video is there
   * it answers 404 with Retry-After. It is the same for ever; where links are signed, only its path is.
   */
  readonly videoUrl: string;
  /** The finished video; null unless the job is COMPLETED. */
  readonly video: Video | null;
  /** Why the job failed; null unless it is FAILED. */
  readonly failure: JobFailure | null;
  /**
   * A video that arrived after the gateway had given up on the job. It is kept for the owner and never charged. The job stays FAILED;
   * `version` grows by one, and `jobEvents` has an item. Null if there is none.
   */
  readonly lateVideo: Video | null;
  /** What the job costs, and whether it has been paid. */
  readonly charge: Charge;
  /**
   * How many polls of the provider brought no answer about the job so far, also those that a good one followed. The gateway polls on
   * after each. It does not change `version`.
   */
  readonly failedPolls: number;
  /** The seed that the provider reported; null if it reported none. */
  readonly seedUsed: number | null;
  /** When the job was stored. */
  readonly createdAt: string;
  /** When the provider accepted the job; null until then. */
  readonly submittedAt: string | null;
  /**
   * When the gateway sends the job to the provider again; null unless the provider did not take it and it waits for that. The newest
   * of `events` says why.
   */
  readonly resendAt: string | null;
  /** When the gateway first saw the provider working on the job; null if it never did. */
  readonly startedAt: string | null;
  /** When the job ended; null until then. */
  readonly finishedAt: string | null;
  /** When its prompt, reference and video were removed for good; null while they are kept. */
  readonly deletedAt: string | null;
  /**
   * When the gateway gives up on the job. It is counted from `createdAt` at first, and from `submittedAt` once the provider has
   * accepted the job.
   */
  readonly deadlineAt: string;
};

/**
 * A user's credits in one environment. `balance` changes only when a job completes or credits are granted; `available` = `balance` -
 * `held`.
 */
export type CreditAccount = {
  /** Opaque global id. Pass it to `node(id)`. */
  readonly id: string;
  /** The user's id, as it appears in their token. */
  readonly userId: string;
  /** The environment in which the credits can be spent. */
  readonly environment: Environment;
  /** Credits owned, including those held by running jobs. */
  readonly balance: number;
  /** Credits reserved for running jobs. */
  readonly held: number;
  /** Credits that can still be spent. */
  readonly available: number;
};

/** The price and the expected duration of a video requested now. */
export type Quote = {
  /** The price of one video. */
  readonly credits: number;
  /** Whether the viewer has enough credits available. */
  readonly affordable: boolean;
  /** The median duration of recent jobs, in seconds. */
  readonly typicalSeconds: number | null;
  /** The 90th percentile of the durations of recent jobs, in seconds: one job in ten took longer. */
  readonly slowSeconds: number | null;
};

/** One problem with the input. */
export type InputIssue = {
  /** Where the problem is in the input, such as ["prompt"]. */
  readonly path: readonly string[];
  /** A sentence to show to a person. */
  readonly message: string;
};

/**
 * The job is stored, and `job` shows its current state. It is still PENDING if the provider did not respond within about 4 seconds.
 * It may have ended already, for example in a replay; `job.failure` then says why. Only a refused or unconfirmed submission is
 * returned as a Failure member.
 */
export type GenerateVideoSuccess = {
  readonly __typename: 'GenerateVideoSuccess';
  /** The job in its current state. */
  readonly job: Job;
  /** True if an earlier call had already created this job. */
  readonly replayed: boolean;
};

/** The job was canceled. */
export type CancelJobSuccess = {
  readonly __typename: 'CancelJobSuccess';
  /** The job in its current state. */
  readonly job: Job;
};

/** The job was deleted. */
export type DeleteJobSuccess = {
  readonly __typename: 'DeleteJobSuccess';
  /** What is left of the job. */
  readonly job: Job;
};

/** Something in the input is not allowed. Nothing was stored. */
export type InvalidInputError = {
  readonly __typename: 'InvalidInputError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** Every problem with the input. */
  readonly issues: readonly InputIssue[];
};

/** There are not enough credits for a video. `scope` says whose. */
export type InsufficientCreditsError = {
  readonly __typename: 'InsufficientCreditsError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The job that FAILED because of it. Null if `scope` is ACCOUNT, because nothing was stored. */
  readonly failedJob: Job | null;
  /** Who is short of credits. */
  readonly scope: CreditScope;
  /** The price of the video; null if `scope` is PROVIDER. */
  readonly required: number | null;
  /** What the caller can spend; null if `scope` is PROVIDER. */
  readonly available: number | null;
  /** Credits held by running jobs. If `required` fits within `available` + `held`, waiting may help. Null if `scope` is PROVIDER. */
  readonly held: number | null;
};

/** A budget has no room for the price of a video. Nothing was stored. */
export type BudgetExceededError = {
  readonly __typename: 'BudgetExceededError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** Whose budget it is. */
  readonly budget: BudgetScope;
  /** How long it lasts. */
  readonly period: BudgetPeriod;
  /** When there is room again; null if the budget is a TOTAL. */
  readonly resetsAt: string | null;
  /** The budget's limit; null if it is that of the INSTALLATION. */
  readonly limitCredits: number | null;
  /** What of it is used; null if it is that of the INSTALLATION. */
  readonly usedCredits: number | null;
};

/** The idempotency key was already used for a job with different input. */
export type IdempotencyConflictError = {
  readonly __typename: 'IdempotencyConflictError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The job that the key was first used for. */
  readonly job: Job;
};

/** Too many jobs in a minute, or too many at once. Nothing was stored. */
export type RateLimitedError = {
  readonly __typename: 'RateLimitedError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** How many seconds to wait before trying again. */
  readonly retryAfterSeconds: number;
};

/** The provider refused the job, could not accept it, or returned no usable video. `code` says which. */
export type ProviderError = {
  readonly __typename: 'ProviderError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The provider's HTTP status, if it sent one. */
  readonly httpStatus: number | null;
  /** The FAILED job, if a mutation returned this failure; null in `Job.failure`. */
  readonly failedJob: Job | null;
};

/** The provider reported that the job failed. `message` holds its reason, without secrets. */
export type GenerationFailedError = {
  readonly __typename: 'GenerationFailedError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The FAILED job, if a mutation returned this failure; null in `Job.failure`. */
  readonly failedJob: Job | null;
};

/** The provider's content rules do not allow this video. `message` holds the provider's reason, without secrets. */
export type ContentRejectedError = {
  readonly __typename: 'ContentRejectedError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The provider's HTTP status, if it sent one. */
  readonly httpStatus: number | null;
  /** The FAILED job, if a mutation returned this failure; null in `Job.failure`. */
  readonly failedJob: Job | null;
};

/** It is unknown whether the provider accepted the job. It is never sent twice, and the credits were returned. */
export type SubmissionUnconfirmedError = {
  readonly __typename: 'SubmissionUnconfirmedError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The provider's HTTP status, if it sent one (such as 502 or 504). */
  readonly httpStatus: number | null;
  /** The FAILED job, if a mutation returned this failure; null in `Job.failure`. */
  readonly failedJob: Job | null;
};

/** The video was not ready before the deadline. The credits were returned. */
export type DeadlineExceededError = {
  readonly __typename: 'DeadlineExceededError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The FAILED job, if a mutation returned this failure; null in `Job.failure`. */
  readonly failedJob: Job | null;
};

/** It does not exist, or it is not yours: the two look the same. */
export type NotFoundError = {
  readonly __typename: 'NotFoundError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
};

/** The job's state does not allow this. */
export type JobStateError = {
  readonly __typename: 'JobStateError';
  /** The machine-readable reason. */
  readonly code: FailureCode;
  /** A sentence to show to a person. */
  readonly message: string;
  /**
   * Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT,
   * PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS
   * with scope PROVIDER.
   */
  readonly retryable: boolean;
  /** The job in its current state. */
  readonly job: Job;
};

/** A failure that a newer gateway knows and this version of the kit does not. Show its `message`. */
export type UnknownFailure = {
  readonly __typename: 'UnknownFailure';
  readonly code: FailureCode;
  readonly message: string;
  readonly retryable: boolean;
};

/** An expected failure. Its `__typename` says which. */
export type Failure =
  | InvalidInputError
  | InsufficientCreditsError
  | BudgetExceededError
  | IdempotencyConflictError
  | RateLimitedError
  | ProviderError
  | GenerationFailedError
  | ContentRejectedError
  | SubmissionUnconfirmedError
  | DeadlineExceededError
  | NotFoundError
  | JobStateError
  | UnknownFailure;

type WithoutJob<Each> = Each extends unknown ? Omit<Each, 'job' | 'failedJob'> : never;

/** Why a job failed. */
export type JobFailure = WithoutJob<Failure>;

/** The result of `generateVideo`. */
export type GenerateVideoResult =
  | GenerateVideoSuccess
  | InvalidInputError
  | InsufficientCreditsError
  | BudgetExceededError
  | IdempotencyConflictError
  | RateLimitedError
  | ProviderError
  | GenerationFailedError
  | ContentRejectedError
  | SubmissionUnconfirmedError
  | DeadlineExceededError
  | UnknownFailure;

/** The result of `retryJob`. */
export type RetryJobResult =
  | GenerateVideoSuccess
  | InvalidInputError
  | InsufficientCreditsError
  | BudgetExceededError
  | IdempotencyConflictError
  | RateLimitedError
  | NotFoundError
  | JobStateError
  | ProviderError
  | GenerationFailedError
  | ContentRejectedError
  | SubmissionUnconfirmedError
  | DeadlineExceededError
  | UnknownFailure;

/** The result of `cancelJob`. */
export type CancelJobResult =
  | CancelJobSuccess
  | NotFoundError
  | JobStateError
  | UnknownFailure;

/** The result of `deleteJob`. */
export type DeleteJobResult =
  | DeleteJobSuccess
  | NotFoundError
  | JobStateError
  | UnknownFailure;

/** The failures that this version of the kit knows. */
export const failureTypes: readonly string[] = [
  'InvalidInputError',
  'InsufficientCreditsError',
  'BudgetExceededError',
  'IdempotencyConflictError',
  'RateLimitedError',
  'ProviderError',
  'GenerationFailedError',
  'ContentRejectedError',
  'SubmissionUnconfirmedError',
  'DeadlineExceededError',
  'NotFoundError',
  'JobStateError',
];

/** What the kit reads of a job. */
export const jobFields =
  'id environment prompt aspectRatio seed externalId status version videoUrl failedPolls seedUsed createdAt ' +
  'submittedAt resendAt startedAt finishedAt deletedAt deadlineAt progress{fraction elapsedSeconds ' +
  'remainingSeconds estimatedFinishAt overdue sampleSize} video{url contentType posterUrl storage expiresAt ' +
  'sourceUrl sourceExpiresAt byteSize durationSeconds width height sha256} lateVideo{url contentType posterUrl ' +
  'storage expiresAt sourceUrl sourceExpiresAt byteSize durationSeconds width height sha256} charge{state ' +
  'credits} failure{...on Failure{__typename code message retryable ...on InvalidInputError{issues{path message}} ' +
  '...on InsufficientCreditsError{scope required available held} ...on BudgetExceededError{budget period resetsAt ' +
  'limitCredits usedCredits} ...on RateLimitedError{retryAfterSeconds} ...on ProviderError{httpStatus} ...on ' +
  'ContentRejectedError{httpStatus} ...on SubmissionUnconfirmedError{httpStatus}}}';

/** What the kit reads of a failure. */
export const failureFields =
  '...on Failure{__typename code message retryable ...on InvalidInputError{issues{path message}} ...on ' +
  'InsufficientCreditsError{failedJob{...J} scope required available held} ...on BudgetExceededError{budget ' +
  'period resetsAt limitCredits usedCredits} ...on IdempotencyConflictError{job{...J}} ...on ' +
  'RateLimitedError{retryAfterSeconds} ...on ProviderError{httpStatus failedJob{...J}} ...on ' +
  'GenerationFailedError{failedJob{...J}} ...on ContentRejectedError{httpStatus failedJob{...J}} ...on ' +
  'SubmissionUnconfirmedError{httpStatus failedJob{...J}} ...on DeadlineExceededError{failedJob{...J}} ...on ' +
  'JobStateError{job{...J}}}';

/** What the kit reads of an account. */
export const accountFields =
  'id userId environment balance held available';

/** What the kit reads of a quote. */
export const quoteFields =
  'credits affordable typicalSeconds slowSeconds';
