import { describe, expect, test } from 'vitest';
import { createVideoLinks } from '../../src/credential/video-link.ts';
import { copyGone, noCopy } from '../../src/domain/copy.ts';
import { erase } from '../../src/domain/erasure.ts';
import type { Copy, Job } from '../../src/domain/job.ts';
import { createVideoReads, type VideoSettings } from '../../src/gateway/video.ts';
import { sampleJob } from '../domain/sample.ts';
import { testVideos } from '../world/videos.ts';

const facts = { byteSize: 9, sha256: 'ab', durationSeconds: 8, width: 4, height: 3, hasPoster: true };

const stored: Copy = { ...noCopy, ...facts, state: 'STORED', settledAt: 5000 };

const waiting: Copy = { ...noCopy, state: 'WAITING', copyAt: 5000 };

const source = { url: 'https://images.example/x.mp4', contentType: 'video/webm', expiresAt: 9000 };

const own = 'https://gate.example.com/videos/0123456789abcdef0123456789abcdef';

const completed = (copy: Copy = noCopy): Job =>
  sampleJob({ state: 'COMPLETED', version: 5, video: source, pollAt: null, submittedAt: 1, finishedAt: 4000, copy });

function readsOf(patch: Partial<VideoSettings> = {}, jobs: readonly Job[] = []) {
  const findJobByVideo = async (videoId: string) => jobs.find((job) => job.videoId === videoId) ?? null;
  return createVideoReads({ findJobByVideo }, { ...testVideos, ...patch });
}

const shown = (job: Job, patch: Partial<VideoSettings> = {}) => readsOf(patch).shownVideo(job);

describe('a video', () => {
  test('has its URL before there is one', () => {
    expect(readsOf().videoUrl(sampleJob())).toBe(`${own}.mp4`);
    expect(shown(sampleJob())).toBeNull();
  });

  test('is read from the provider until it is copied, at the same URL', () => {
    for (const copy of [noCopy, waiting]) {
      expect(shown(completed(copy))).toEqual({
        ...{ url: `${own}.mp4`, contentType: 'video/webm', storage: 'PROVIDER', posterUrl: null },
        ...{ sourceUrl: source.url, sourceExpiresAt: 9000, expiresAt: 9000 },
        ...{ byteSize: null, sha256: null, durationSeconds: null, width: null, height: null },
      });
    }
  });

  test('is kept for ever by default, and the provider’s URL is told beside it', () => {
    const { hasPoster: _, ...told } = facts;
    expect(shown(completed(stored))).toEqual({
      ...{ url: `${own}.mp4`, contentType: 'video/webm', storage: 'STORED', posterUrl: `${own}.jpg` },
      ...{ sourceUrl: source.url, sourceExpiresAt: 9000, expiresAt: null },
      ...told,
    });
  });

  test('has no poster where none could be made', () => {
    expect(shown(completed({ ...stored, hasPoster: false }))).toMatchObject({ storage: 'STORED', posterUrl: null });
  });

  test('expires with the retention, counted from the end of its job', () => {
    expect(shown(completed(stored), { retentionMs: 1000 })).toMatchObject({ expiresAt: 5000 });
    expect(shown(completed(waiting), { retentionMs: 1000 })).toMatchObject({ expiresAt: 9000 });
  });

  test('that is gone has no source and no poster, and says since when; what is known of it stays', () => {
    const gone = completed(copyGone(completed(stored), 7000));
    expect(shown(gone)).toMatchObject({ url: `${own}.mp4`, storage: 'GONE', sourceUrl: null, sourceExpiresAt: null });
    expect(shown(gone)).toMatchObject({ posterUrl: null, expiresAt: 7000, sha256: 'ab' });
  });

  test('of a deleted job is gone, with a URL that still can be written', () => {
    const deleted = erase(completed(stored), 8000)?.to ?? completed();
    expect(shown(deleted)).toMatchObject({ url: `${own}.mp4`, storage: 'GONE', sourceUrl: null, sha256: null });
    expect(shown(deleted, { keepsVideos: false })).toMatchObject({ url: `${own}.mp4`, storage: 'GONE' });
  });

  test('is the late video of a job that failed', () => {
    const late = sampleJob({ state: 'FAILED', lateVideo: source, submittedAt: 1, finishedAt: 4000, copy: stored });
    expect(shown(late)).toMatchObject({ url: `${own}.mp4`, storage: 'STORED', sourceUrl: source.url });
  });

  test('has the provider’s URL where this installation keeps none, unless it was stored in earlier days', () => {
    expect(shown(completed(), { keepsVideos: false })).toMatchObject({ url: source.url, storage: 'PROVIDER' });
    expect(shown(completed(stored), { keepsVideos: false })).toMatchObject({ url: `${own}.mp4`, storage: 'STORED' });
  });
});

describe('a link', () => {
  const job = completed(stored);

  test('leads to its job for whoever has it; an unknown one to none', async () => {
    const reads = readsOf({}, [job]);
    const noQuery = { expires: null, signature: null };
    expect(await reads.linkedJob(job.videoId, noQuery)).toBe(job);
    expect(await reads.linkedJob('f'.repeat(32), noQuery)).toBe('unknown');
    expect(reads.linksExpire).toBe(false);
  });

  test('must be signed, and in time, where links are signed; nothing is read before', async () => {
    const time = { now: 0 };
    const signing = { secret: new Uint8Array(32), now: () => time.now };
    const links = createVideoLinks({ publicUrl: () => 'https://gate.example.com', signing });
    const reads = readsOf({ links }, [job]);
    const { searchParams } = new URL(reads.videoUrl(job));
    const query = { expires: searchParams.get('expires'), signature: searchParams.get('signature') };
    expect(await reads.linkedJob(job.videoId, query)).toBe(job);
    expect(await reads.linkedJob(job.videoId, { expires: null, signature: null })).toBe('wrong');
    time.now = 8 * 3_600_000;
    expect(await reads.linkedJob(job.videoId, query)).toBe('expired');
    expect(reads.linksExpire).toBe(true);
    expect(reads.shownVideo(job)?.url).toBe(reads.videoUrl(job));
  });
});
