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
    state: 'PENDING',
    version: 1,
    requestId: null,
    pollUrl: null,
    video: null,
    lateVideo: null,
    failure: null,
    seedUsed: null,
    providerCost: null,
    providerMessage: null,
    providerHttpStatus: null,
    outputMissingSince: null,
    unknownVideo: false,
    estimate,
    faults: 0,
    resends: 0,
    createdAt,
    submittedAt: null,
    startedAt: null,
    finishedAt: null,
    deadlineAt,
    pollAt: createdAt,
    polledAt: null,
  };
}

/** Whether two requests have the same input. Under one idempotency key only the same input may be repeated. */
export function isSameInput(one: JobInput, other: JobInput): boolean {
  return (
    one.prompt === other.prompt &&
    one.aspectRatio === other.aspectRatio &&
    one.seed === other.seed &&
    one.externalId === other.externalId
  );
}
