import { noCopy } from '../../../domain/copy.ts';
import type { JobFailureCode } from '../../../domain/failure-code.ts';
import type { Copy, CopyState, Job, Video } from '../../../domain/job.ts';
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
type Plain = Omit<Job, 'video' | 'lateVideo' | 'copy' | 'failure' | 'estimate'>;

/** The columns of a copy. */
type CopyRow = {
  readonly copyState: CopyState;
  readonly copyAt: number | null;
  readonly copyFaults: number;
  readonly copyMissingSince: number | null;
  readonly copySettledAt: number | null;
  readonly copyLost: boolean;
  readonly copyByteSize: number | null;
  readonly copySha256: string | null;
  readonly copyDurationSeconds: number | null;
  readonly copyWidth: number | null;
  readonly copyHeight: number | null;
  readonly copyHasPoster: boolean;
};

/** A job's columns, without those that only the store uses. */
type JobColumns = Plain &
  CopyRow & {
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
    apiKeyId: row.apiKeyId,
    videoId: row.videoId,
    state: row.state,
    version: row.version,
    requestId: row.requestId,
    pollUrl: row.pollUrl,
    video: videoOf(row.videoUrl, row.videoContentType, row.videoExpiresAt),
    lateVideo: videoOf(row.lateVideoUrl, row.lateVideoContentType, row.lateVideoExpiresAt),
    copy: copyOf(row),
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
    failedPolls: row.failedPolls,
    resends: row.resends,
    createdAt: row.createdAt,
    submittedAt: row.submittedAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    deadlineAt: row.deadlineAt,
    pollAt: row.pollAt,
    polledAt: row.polledAt,
    deletedAt: row.deletedAt,
  };
}

/** A job's columns. They are written out, with the spread at the end, because V8 is slow to add new members to an object after one. */
export function rowOf(job: Job): JobColumns {
  const { video, lateVideo, failure, estimate, copy } = job;
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
    maxCredits: job.maxCredits,
    apiKeyId: job.apiKeyId,
    videoId: job.videoId,
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
    seedUsed: job.seedUsed,
    providerCost: job.providerCost,
    providerMessage: job.providerMessage,
    providerHttpStatus: job.providerHttpStatus,
    outputMissingSince: job.outputMissingSince,
    unknownVideo: job.unknownVideo,
    estimateQuantiles: estimate.quantileSeconds,
    estimateSampleSize: estimate.sampleSize,
    faults: job.faults,
    failedPolls: job.failedPolls,
    resends: job.resends,
    createdAt: job.createdAt,
    submittedAt: job.submittedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    deadlineAt: job.deadlineAt,
    pollAt: job.pollAt,
    polledAt: job.polledAt,
    deletedAt: job.deletedAt,
    ...copyRowOf(copy),
  };
}

function videoOf(url: string | null, contentType: string | null, expiresAt: number | null): Video | null {
  return url === null || contentType === null ? null : { url, contentType, expiresAt };
}

/** The columns of a copy. */
export function copyRowOf(copy: Copy): CopyRow {
  return {
    copyState: copy.state,
    copyAt: copy.copyAt,
    copyFaults: copy.faults,
    copyMissingSince: copy.missingSince,
    copySettledAt: copy.settledAt,
    copyLost: copy.lost,
    copyByteSize: copy.byteSize,
    copySha256: copy.sha256,
    copyDurationSeconds: copy.durationSeconds,
    copyWidth: copy.width,
    copyHeight: copy.height,
    copyHasPoster: copy.hasPoster,
  };
}

function copyOf(row: CopyRow): Copy {
  // Nearly all rows that are read belong to running jobs: they share one object.
  if (row.copyState === 'NONE') return noCopy;
  return {
    state: row.copyState,
    copyAt: row.copyAt,
    faults: row.copyFaults,
    missingSince: row.copyMissingSince,
    settledAt: row.copySettledAt,
    lost: row.copyLost,
    byteSize: row.copyByteSize,
    sha256: row.copySha256,
    durationSeconds: row.copyDurationSeconds,
    width: row.copyWidth,
    height: row.copyHeight,
    hasPoster: row.copyHasPoster,
  };
}
