import { noCopy } from '../../../domain/copy.ts';
import type { Job, JobInput } from '../../../domain/job.ts';
import type { Account } from '../../../domain/ledger.ts';
import type { Admission } from '../../../ports.ts';

/** The job that an admission creates, PENDING and due at once. */
export function newJobOf(admission: Admission, account: Account): Job {
  const { id, input, idempotencyKey, retryOf, priceCredits, maxCredits, estimate, createdAt, deadlineAt } = admission;
  return {
    prompt: input.prompt,
    aspectRatio: input.aspectRatio,
    seed: input.seed,
    externalId: input.externalId,
    id,
    accountId: account.id,
    owner: account.owner,
    environment: account.environment,
    idempotencyKey,
    retryOf,
    priceCredits,
    maxCredits,
    apiKeyId: admission.apiKeyId ?? null,
    videoId: admission.videoId,
    state: 'PENDING',
    version: 1,
    requestId: null,
    pollUrl: null,
    video: null,
    lateVideo: null,
    copy: noCopy,
    failure: null,
    seedUsed: null,
    providerCost: null,
    providerMessage: null,
    providerHttpStatus: null,
    outputMissingSince: null,
    unknownVideo: false,
    estimate,
    faults: 0,
    failedPolls: 0,
    resends: 0,
    createdAt,
    submittedAt: null,
    startedAt: null,
    finishedAt: null,
    deadlineAt,
    pollAt: createdAt,
    polledAt: null,
    deletedAt: null,
  };
}

/**
 * Whether a request has the input of an earlier job. Under one idempotency key only the same input may be repeated. A deleted job has
 * forgotten its prompt and reference, so the rest decides: a client that repeats its request must not buy a second video.
 */
export function isSameInput(earlier: Job, input: JobInput): boolean {
  if (earlier.aspectRatio !== input.aspectRatio || earlier.seed !== input.seed) return false;
  return earlier.deletedAt !== null || (earlier.prompt === input.prompt && earlier.externalId === input.externalId);
}
