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

/** A job from its columns. */
export function jobOf(row: JobRow): Job {
  const {
    videoUrl,
    videoContentType,
    videoExpiresAt,
    lateVideoUrl,
    lateVideoContentType,
    lateVideoExpiresAt,
    ...more
  } = row;
  const { failureCode, failureMessage, failureHttpStatus, estimateQuantiles, estimateSampleSize, ...rest } = more;
  const { number: _number, tokenId: _tokenId, ...same } = rest;
  return {
    ...same,
    video: videoOf(videoUrl, videoContentType, videoExpiresAt),
    lateVideo: videoOf(lateVideoUrl, lateVideoContentType, lateVideoExpiresAt),
    failure:
      failureCode === null || failureMessage === null
        ? null
        : { code: failureCode, message: failureMessage, httpStatus: failureHttpStatus },
    estimate: { quantileSeconds: estimateQuantiles, sampleSize: estimateSampleSize },
  };
}

/** The columns of a job, but for those that only the store needs: its number among its account's, and the token that asked for it. */
export function rowOf({ video, lateVideo, failure, estimate, ...same }: Job) {
  return {
    ...same,
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
