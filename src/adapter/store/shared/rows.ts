import type { JobFailureCode } from '../../../domain/failure-code.ts';
import type { Job, Video } from '../../../domain/job.ts';
import type { Account } from '../../../domain/ledger.ts';

/** An account's row: the account, and counters that only the store uses. */
export type AccountRow = Account & {
  readonly running: number;
  readonly ledger: number;
  readonly jobs: number;
  readonly createdAt: number;
  /** When a job of it was last taken to be sent; 0 before the first. */
  readonly servedAt: number;
};

/** The fields of a job that are one column of the same name. */
type Plain = Omit<Job, 'video' | 'lateVideo' | 'failure' | 'estimate'>;

/** A job's columns, without those that only the store uses. */
type JobColumns = Plain & {
  readonly videoUrl: string | null;
  readonly videoContentType: string | null;
  readonly videoExpiresAt: number | null;
  readonly lateVideoUrl: string | null;
  readonly lateVideoContentType: string | null;
  readonly lateVideoExpiresAt: number | null;
  readonly failureCode: JobFailureCode | null;
  readonly failureMessage: string | null;
  readonly failureHttpStatus: number | null;
  readonly estimateQuantiles: readonly number[];
  readonly estimateSampleSize: number;
};

/** A job's row. `number` counts the jobs of its account from 1; `tokenId` is the client token that requested it, or null. */
export type JobRow = JobColumns & { readonly number: number; readonly tokenId: string | null };

/** An account from its row. */
export function accountOf({ id, owner, environment, balance, held, feed }: AccountRow): Account {
  return { id, owner, environment, balance, held, feed };
}

/** A job from its row. */
export function jobOf(row: JobRow): Job {
  const { failureCode, failureMessage, failureHttpStatus } = row;
  return {
    id: row.id,
    accountId: row.accountId,
    owner: row.owner,
    environment: row.environment,
    idempotencyKey: row.idempotencyKey,
    retryOf: row.retryOf,
    prompt: row.prompt,
    aspectRatio: row.aspectRatio,
    seed: row.seed,
    externalId: row.externalId,
    priceCredits: row.priceCredits,
    maxCredits: row.maxCredits,
    state: row.state,
    version: row.version,
    requestId: row.requestId,
    pollUrl: row.pollUrl,
    video: videoOf(row.videoUrl, row.videoContentType, row.videoExpiresAt),
    lateVideo: videoOf(row.lateVideoUrl, row.lateVideoContentType, row.lateVideoExpiresAt),
    failure:
      failureCode === null || failureMessage === null
        ? null
        : { code: failureCode, message: failureMessage, httpStatus: failureHttpStatus },
    seedUsed: row.seedUsed,
    providerCost: row.providerCost,
    providerMessage: row.providerMessage,
    providerHttpStatus: row.providerHttpStatus,
    outputMissingSince: row.outputMissingSince,
    unknownVideo: row.unknownVideo,
    estimate: { quantileSeconds: row.estimateQuantiles, sampleSize: row.estimateSampleSize },
    faults: row.faults,
    resends: row.resends,
    createdAt: row.createdAt,
    submittedAt: row.submittedAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    deadlineAt: row.deadlineAt,
    pollAt: row.pollAt,
    polledAt: row.polledAt,
  };
}

/** A job's columns. The result also has the nested fields (`video`, `failure`, …); no statement binds them. */
export function rowOf(job: Job): JobColumns {
  const { video, lateVideo, failure, estimate } = job;
  return {
    ...job,
    videoUrl: video?.url ?? null,
    videoContentType: video?.contentType ?? null,
    videoExpiresAt: video?.expiresAt ?? null,
    lateVideoUrl: lateVideo?.url ?? null,
    lateVideoContentType: lateVideo?.contentType ?? null,
    lateVideoExpiresAt: lateVideo?.expiresAt ?? null,
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
    failureHttpStatus: failure?.httpStatus ?? null,
    estimateQuantiles: estimate.quantileSeconds,
    estimateSampleSize: estimate.sampleSize,
  };
}

function videoOf(url: string | null, contentType: string | null, expiresAt: number | null): Video | null {
  return url === null || contentType === null ? null : { url, contentType, expiresAt };
}
