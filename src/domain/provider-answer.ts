import type { PollEvent, SubmitEvent, Video } from './job.ts';

/** What a look brought, and until when the provider wants no more requests where it said so. */
export type PollResponse = {
  readonly event: PollEvent;
  readonly retryAt: number | null;
  /** Absent where the answer says nothing beside its event. */
  readonly details?: ProviderDetails;
};

/** What came of a submit. */
export type SubmitResult = SubmitEvent & {
  /** Absent where the answer says nothing beside its event. */
  readonly details?: ProviderDetails;
};

/** What a provider's answer says beside the event that it stands for; null where it does not say it. */
export type ProviderDetails = {
  /** The seed that it says it used: a safe integer. */
  readonly seedUsed: number | null;
  /** What it says that the job cost, in its own money. */
  readonly providerCost: number | null;
  /** Its reason for a refusal or a failure, for the operator: one line of at most 500 characters, without keys and without the prompt. */
  readonly providerMessage: string | null;
  /** The HTTP status of a refusal or a failure, that of a success, too. */
  readonly providerHttpStatus: number | null;
  /** Its status word where nobody knows what that means: the job counts as running. */
  readonly unknownWord: string | null;
  /** A usable video beside such a word. */
  readonly videoBeside: Video | null;
  /** How many videos it names; the first is the job's. */
  readonly videos: number;
};
