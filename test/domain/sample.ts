import { noCopy } from '../../src/domain/copy.ts';
import type { Job } from '../../src/domain/job.ts';
import { estimateOf, sandboxPrior } from '../../src/domain/progress.ts';

/** A PENDING job as admission stores it, with `patch` applied. */
export function sampleJob(patch: Partial<Job> = {}): Job {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    accountId: '01900000-0000-7000-8000-00000000000a',
    owner: 'ada',
    environment: 'LIVE',
    prompt: '2 people in a business meeting',
    aspectRatio: 'LANDSCAPE_16_9',
    seed: 1_323_456,
    externalId: null,
    idempotencyKey: null,
    retryOf: null,
    priceCredits: 67,
    maxCredits: null,
    apiKeyId: null,
    videoId: '0123456789abcdef0123456789abcdef',
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
    estimate: estimateOf([], sandboxPrior),
    faults: 0,
    resends: 0,
    createdAt: 0,
    submittedAt: null,
    startedAt: null,
    finishedAt: null,
    deadlineAt: 1_200_000,
    pollAt: 0,
    polledAt: null,
    deletedAt: null,
    ...patch,
  };
}
