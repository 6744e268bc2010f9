import type { PollEvent, SubmitEvent, Video } from './job.ts';

/** The outcome of a poll. `retryAt`: until when the provider wants no more requests, in epoch milliseconds; null if it set no limit. */
export type PollResponse = {
  readonly event: PollEvent;
  readonly retryAt: number | null;
  /** Absent if the response has nothing besides its event. */
  readonly details?: ProviderDetails;
};

/** The outcome of a submit. */
export type SubmitResult = SubmitEvent & {
  /** Absent if the response has nothing besides its event. */
  readonly details?: ProviderDetails;
};

/** What a provider's response contains besides the event that it stands for; null where it contains none. */
export type ProviderDetails = {
  /** The seed that the provider reports to have used: a safe integer. */
  readonly seedUsed: number | null;
  /** What the provider reports the job to have cost, in its own currency. */
  readonly providerCost: number | null;
  /** The reason for a refusal or a failure, for the operator: one line of at most 500 characters, without keys and without the prompt. */
  readonly providerMessage: string | null;
  /** The HTTP status of the response, whether it reports success, a refusal or a failure. */
  readonly providerHttpStatus: number | null;
  /** A status word that we do not know: the job counts as running. */
  readonly unknownWord: string | null;
  /** A usable video in a response with an unknown status word. */
  readonly videoBeside: Video | null;
  /** How many videos the response names; the first is the job's. */
  readonly videos: number;
};
