import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileStore } from '../../src/adapter/blob/file.ts';
import { copyStored, videoFileOf, withWaitingCopy } from '../../src/domain/copy.ts';
import type { Job } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import type { Pace } from '../../src/domain/pace.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import type { BlobStore } from '../../src/ports/video.ts';
import type { Clock, Store } from '../../src/ports.ts';
import { log } from './stored-jobs.ts';

/** A folder of videos, opened. */
export async function openVideoFolder(folder: string): Promise<BlobStore> {
  const blobs = createFileStore({ folder, warn: (sentence) => log.warn({}, sentence) });
  await blobs.check();
  return blobs;
}

/** Completes a running job with a video of so many random bytes, which is stored; returns the path of its URL. */
export async function storeVideo(
  { store, blobs, clock, pace }: { store: Store; blobs: BlobStore; clock: Clock; pace: Pace },
  running: Job,
  byteSize: number,
): Promise<string> {
  const now = clock.now();
  const video = { url: 'http://127.0.0.1/video.mp4', contentType: 'video/mp4', expiresAt: null };
  const given = { now, pace, chance: 0.5, estimate: estimateOf([], livePrior) };
  const completed = advance(running, { type: 'completed', video }, given);
  if (completed === null) throw new Error(`A ${running.state} job could not be completed`);
  const { to: job } = withWaitingCopy(completed, now);
  await store.commit({ ...completed, to: job }, now);
  const bytes = randomBytes(byteSize);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = join(blobs.temporaryFolder, job.videoId);
  await writeFile(file, bytes);
  await blobs.put(videoFileOf(job.videoId), file, { byteSize, sha256, contentType: video.contentType });
  const facts = { byteSize, sha256, durationSeconds: 10, width: 1920, height: 1080, hasPoster: false };
  if (!(await store.commitCopy(job, copyStored(job, facts, now)))) throw new Error('The copy could not be stored');
  return `/videos/${videoFileOf(job.videoId)}`;
}
