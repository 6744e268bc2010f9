import {
  type CopyFacts,
  type CopyFault,
  copyFailed,
  copyStored,
  isCopyInDanger,
  posterFileOf,
  sourceOf,
  videoFileOf,
} from '../domain/copy.ts';
import type { Environment, Job, Video } from '../domain/job.ts';
import { jobFactsOf } from '../domain/job-facts.ts';
import { createLogLimit } from '../lib/log-limit.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import {
  type BlobStore,
  type ReceivedFile,
  SourceError,
  type TemporaryFiles,
  type VideoInspector,
  type VideoSource,
} from '../ports/video.ts';
import { webhookTopic } from '../ports/webhook.ts';
import { type Bell, type Clock, jobTopic, type Log, type Store } from '../ports.ts';

/** What copies need. */
export type VideoCopyDeps = {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
  readonly blobs: BlobStore;
  /** Where the videos of each environment are read. */
  readonly sources: Readonly<Record<Environment, VideoSource>>;
  readonly files: TemporaryFiles;
  readonly inspector: VideoInspector;
};

/** Copies the video of a claimed job and commits what became of it. Rejects only if the database does: the copy then falls due again. */
export type CopyVideo = (job: Job, signal: AbortSignal) => Promise<void>;

/** A bound for the names of jobs in danger: each is logged once. */
const rememberedJobs = 1000;

const missingStatuses: ReadonlySet<number> = new Set([404, 410]);

/** The provider's server responded, and not with the video. */
class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: number;
  constructor(status: number) {
    super(`The provider’s file server answered ${status}.`);
    this.status = status;
  }
}

/**
 * The way of one copy:
 *
 *   claimed ── source ──► temporary file, hashed and synced ── inspected ──► poster, then video put into the store ──► committed as STORED
 *     any ── stopped ──► due again at once            any ── failed ──► due again later, or GONE
 *     put ── the row has changed meanwhile, because the job was deleted ──► what was put is removed
 */
export function createVideoCopy(deps: VideoCopyDeps): CopyVideo {
  const { store, bell, clock, log, blobs, sources, files, inspector } = deps;
  const mayLog = createLogLimit(clock);
  const inDanger = createLruCache<true>(rememberedJobs);

  async function receive(job: Job, { url }: Video, signal: AbortSignal): Promise<ReceivedFile> {
    const { status, body } = await sources[job.environment].open(url, { method: 'GET', range: null, signal });
    if (body !== null && status === 200) return files.receive(body);
    body?.destroy();
    throw new StatusError(status);
  }

  /** Puts a poster into the store, if one can be made. */
  async function putPoster(job: Job, video: ReceivedFile): Promise<boolean> {
    const path = files.newPath('jpg');
    try {
      if (!(await inspector.poster(video, path))) return false;
      const poster = await files.seal(path);
      await blobs.put(posterFileOf(job.videoId), path, { ...poster, contentType: 'image/jpeg' });
      return true;
    } finally {
      await files.remove(path);
    }
  }

  /** Stores a received video with its poster. */
  async function put(job: Job, source: Video, video: ReceivedFile, signal: AbortSignal): Promise<CopyFacts> {
    const { path, byteSize, sha256 } = video;
    try {
      const facts = await inspector.inspect(path);
      const hasPoster = await putPoster(job, video);
      // Programs that were killed by the stop have found out nothing: the next try will.
      signal.throwIfAborted();
      await blobs.put(videoFileOf(job.videoId), path, { contentType: source.contentType, byteSize, sha256 });
      return { byteSize, sha256, ...facts, hasPoster };
    } finally {
      await files.remove(path);
    }
  }

  async function commitStored(job: Job, facts: CopyFacts): Promise<void> {
    if (await store.commitCopy(job, copyStored(job, facts, clock.now()))) {
      bell.ring([jobTopic(job.id), webhookTopic]);
      log.info({ ...jobFactsOf(job), byteSize: facts.byteSize }, 'A video was stored.');
      return;
    }
    const current = await store.findJob(job.id);
    // Another node may have copied it as well, under the same names; or it is still at it.
    if (current?.copy.state === 'STORED' || current?.copy.state === 'WAITING') return;
    await removeFiles(blobs, job);
    log.info(jobFactsOf(job), 'A video was deleted while it was copied.');
  }

  async function commitFailed(job: Job, error: unknown): Promise<void> {
    const now = clock.now();
    const fault: CopyFault = error instanceof StatusError && missingStatuses.has(error.status) ? 'missing' : 'fault';
    const copy = copyFailed(job, fault, now, clock.random());
    if (!(await store.commitCopy(job, copy))) return;
    const facts = { ...jobFactsOf(job), faults: copy.faults };
    const failed = { ...job, copy };
    if (copy.state === 'GONE') {
      bell.ring([jobTopic(job.id)]);
      log.error(
        { ...facts, err: error, event: 'video-lost' },
        'The provider has lost a paid video before it was copied.',
      );
    } else if (isCopyInDanger(failed, now) && inDanger.get(job.id) === undefined) {
      inDanger.set(job.id, true);
      const expiresAt = sourceOf(job)?.expiresAt ?? null;
      const until = expiresAt === null ? undefined : new Date(expiresAt).toISOString();
      log.error(
        { ...facts, err: error, event: 'copy-in-danger', expiresAt: until },
        'A paid video still cannot be copied, and the provider is about to delete it.',
      );
    } else if (mayLog(error instanceof Error ? error.message : 'copy')) {
      log.warn({ ...facts, err: error, event: 'copy-failed' }, 'A video could not be copied; it is tried again.');
    }
  }

  return async (job, signal) => {
    const source = sourceOf(job);
    if (source === null) throw new Error(`Job ${job.id} has no video to copy`);
    let facts: CopyFacts;
    try {
      facts = await put(job, source, await receive(job, source, signal), signal);
    } catch (error) {
      const isStopped = signal.aborted || (error instanceof SourceError && error.kind === 'aborted');
      if (isStopped) await store.commitCopy(job, { ...job.copy, copyAt: clock.now() });
      else await commitFailed(job, error);
      return;
    }
    await commitStored(job, facts);
  };
}

/** Removes what was put for a job that was deleted meanwhile. */
async function removeFiles(blobs: BlobStore, { videoId }: Pick<Job, 'videoId'>): Promise<void> {
  await blobs.remove(posterFileOf(videoId));
  await blobs.remove(videoFileOf(videoId));
}
