import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFileStore } from '../../src/adapter/blob/file.ts';
import { createTemporaryFiles } from '../../src/adapter/media/temporary-files.ts';
import { createFileLookup, movedText, moveVideos } from '../../src/cli/media.ts';
import { copyGone, copyStored, posterFileOf, videoFileOf } from '../../src/domain/copy.ts';
import type { Job } from '../../src/domain/job.ts';
import { BlobError, type BlobStore } from '../../src/ports/video.ts';
import { namesIn, newFolder, newName, put, read } from '../blob/world.ts';
import { sampleJob } from '../domain/sample.ts';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function openFolder(): Promise<BlobStore> {
  const blobs = createFileStore({ folder: newFolder(), warn: () => undefined });
  await blobs.check();
  return blobs;
}

/** An old store, a new one, and the jobs that the database knows. */
async function openMove(changed: { readonly to?: (to: BlobStore) => BlobStore } = {}) {
  const [from, to] = [await openFolder(), await openFolder()];
  const jobs = new Map<string, Job>();
  const lines: string[] = [];
  const find = createFileLookup({ findJobByVideo: async (videoId) => jobs.get(videoId) ?? null });

  /** Stores the video of a finished job, with its poster. */
  async function store(bytes: Buffer, hasPoster = true): Promise<Job> {
    const videoId = newName().slice(0, 32);
    const video = { url: 'https://images.example.com/v.webm', contentType: 'video/webm', expiresAt: null };
    const done = sampleJob({ videoId, state: 'COMPLETED', video });
    const size = { byteSize: bytes.length, durationSeconds: 3, width: 640, height: 360 };
    const job = { ...done, copy: copyStored(done, { ...size, sha256: sha256Of(bytes), hasPoster }, 0) };
    jobs.set(videoId, job);
    await put(from, videoFileOf(videoId), bytes);
    if (hasPoster) await put(from, posterFileOf(videoId), Buffer.from(`poster of ${videoId}`));
    return job;
  }

  const move = (into: BlobStore = changed.to?.(to) ?? to) =>
    moveVideos({
      from,
      to: into,
      temporary: createTemporaryFiles(to.temporaryFolder),
      find,
      report: (line) => void lines.push(line),
    });
  return { from, to, jobs, lines, store, move, find };
}

describe('moving videos', () => {
  it('copies videos and posters whole, with their types, and removes nothing', async () => {
    const types = new Map<string, string>();
    const noting = (to: BlobStore): BlobStore => ({
      ...to,
      put(name, file, facts) {
        types.set(name, facts.contentType);
        return to.put(name, file, facts);
      },
    });
    const { from, to, store, move } = await openMove({ to: noting });
    const bytes = Buffer.alloc(300_000, 'video');
    const { videoId } = await store(bytes);
    await store(Buffer.from('without a poster'), false);
    const before = await namesIn(from);
    expect(await move()).toEqual({ moved: 3, skipped: 0, unknown: 0, damaged: [] });
    expect(await namesIn(to)).toEqual(before);
    expect(await namesIn(from)).toEqual(before);
    expect((await read(to, videoFileOf(videoId)))?.equals(bytes)).toBe(true);
    expect(await read(to, posterFileOf(videoId))).toEqual(Buffer.from(`poster of ${videoId}`));
    expect([types.get(videoFileOf(videoId)), types.get(posterFileOf(videoId))]).toEqual(['video/webm', 'image/jpeg']);
    expect(readdirSync(to.temporaryFolder)).toEqual([]);
    expect(await move()).toEqual({ moved: 0, skipped: 3, unknown: 0, damaged: [] });
  });

  it('goes on where it was interrupted, and leaves no half of a file', async () => {
    const { from, to, store, move } = await openMove();
    for (const name of ['one', 'two', 'three']) await store(Buffer.from(name));
    let left = 2;
    const failing: BlobStore = {
      ...to,
      async put(name, file, facts) {
        if (left === 0) throw new BlobError('full', 'The disk is full.');
        left -= 1;
        return to.put(name, file, facts);
      },
    };
    await expect(move(failing)).rejects.toThrow('The disk is full.');
    expect(await namesIn(to)).toHaveLength(2);
    expect(readdirSync(to.temporaryFolder)).toEqual([]);
    expect(await move()).toEqual({ moved: 4, skipped: 2, unknown: 0, damaged: [] });
    expect(await namesIn(to)).toEqual(await namesIn(from));
  });

  it('stops with the name of a file whose bytes end early, and stores nothing of it', async () => {
    const { from, to, store, find } = await openMove();
    const { videoId } = await store(Buffer.from('a video'), false);
    const cut: BlobStore = {
      ...from,
      async open() {
        const stream = Readable.from(
          (async function* () {
            yield Buffer.from('a vi');
            throw new Error('terminated');
          })(),
        );
        return { stream, byteSize: 7 };
      },
    };
    const temporary = createTemporaryFiles(to.temporaryFolder);
    await expect(moveVideos({ from: cut, to, temporary, find, report: () => undefined })).rejects.toThrow(
      `${videoId}.mp4 could not be read to its end: start the command again.`,
    );
    expect([await namesIn(to), readdirSync(to.temporaryFolder)]).toEqual([[], []]);
  });

  it('leaves a damaged file, names it, and moves the others', async () => {
    const { from, to, lines, store, move } = await openMove();
    const { videoId } = await store(Buffer.from('as it was'));
    await store(Buffer.from('another'));
    await put(from, videoFileOf(videoId), Buffer.from('as it is'));
    const moved = await move();
    expect(moved).toEqual({ moved: 3, skipped: 0, unknown: 0, damaged: [videoFileOf(videoId)] });
    expect(await read(to, videoFileOf(videoId))).toBeNull();
    expect(readdirSync(to.temporaryFolder)).toEqual([]);
    const [is, was] = [sha256Of(Buffer.from('as it is')), sha256Of(Buffer.from('as it was'))];
    expect(lines).toEqual([`${videoId}.mp4 is damaged: its SHA-256 is ${is}, and ${was} was stored. It was left.`]);
    expect(movedText(moved)).toBe(
      `3 files moved, 0 were there already.\n1 files are damaged and were left:\n  ${videoId}.mp4`,
    );
  });

  it('leaves files of no stored video: those of unknown and deleted jobs, and posters that no job has', async () => {
    const { from, to, jobs, store, move } = await openMove();
    await put(from, newName(), Buffer.from('nobody’s'));
    const deleted = await store(Buffer.from('deleted'));
    jobs.set(deleted.videoId, { ...deleted, copy: copyGone(deleted, 1) });
    const plain = await store(Buffer.from('plain'), false);
    await put(from, posterFileOf(plain.videoId), Buffer.from('left by a crash'));
    const moved = await move();
    expect(moved).toEqual({ moved: 1, skipped: 0, unknown: 4, damaged: [] });
    expect(await namesIn(to)).toEqual([videoFileOf(plain.videoId)]);
    expect(movedText(moved)).toContain('4 files belong to no stored video and were left.');
  });

  it('takes a video back whose job is deleted while it is copied', async () => {
    const { to, jobs, store, move } = await openMove();
    const job = await store(Buffer.from('secret'), false);
    const deleting: BlobStore = {
      ...to,
      async put(name, file, facts) {
        await to.put(name, file, facts);
        jobs.set(job.videoId, { ...job, copy: copyGone(job, 1) });
      },
    };
    expect(await move(deleting)).toMatchObject({ moved: 0 });
    expect(await namesIn(to)).toEqual([]);
  });
});
