import type { Job, Video } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';

/** An account as its columns: with the counters that only the store needs. */
export type AccountRow = Account & {
  readonly running: number;
  readonly ledger: number;
  readonly jobs: number;
  readonly createdAt: number;
};

/** A job as its columns. */
export type JobRow = ReturnType<typeof rowOf> & {
  /** Its number among its account's. */
  readonly number: number;
  /** The token that asked for it; null where none was named. */
  readonly tokenId: string | null;
};

/** An account, without what only the store needs. */
export function accountOf({ id, owner, environment, balance, held, feed }: AccountRow): Account {
  return { id, owner, environment, balance, held, feed };
}

/** A job from its columns. Written out, here and below: copying the rest of so large an object costs as much as reading it. */
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

/** The columns of a job, but for those that only the store needs: its number among its account's, and the token that asked for it. */
export function rowOf(job: Job) {
  const { video, lateVideo, failure, estimate } = job;
  return {
    id: job.id,
    accountId: job.accountId,
    owner: job.owner,
    environment: job.environment,
    idempotencyKey: job.idempotencyKey,
    retryOf: job.retryOf,
    prompt: job.prompt,
    aspectRatio: job.aspectRatio,
    seed: job.seed,
    externalId: job.externalId,
    priceCredits: job.priceCredits,
    state: job.state,
    version: job.version,
    requestId: job.requestId,
    pollUrl: job.pollUrl,
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
    faults: job.faults,
    resends: job.resends,
    createdAt: job.createdAt,
    submittedAt: job.submittedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    deadlineAt: job.deadlineAt,
    pollAt: job.pollAt,
    polledAt: job.polledAt,
  };
}

function videoOf(url: string | null, contentType: string | null, expiresAt: number | null): Video | null {
  return url === null || contentType === null ? null : { url, contentType, expiresAt };
}
