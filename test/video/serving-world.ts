import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createFileStore } from '../../src/adapter/blob/file.ts';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { copyStored } from '../../src/domain/copy.ts';
import type { Job } from '../../src/domain/job.ts';
import type { SourceRequest, SourceResponse, VideoSource } from '../../src/ports/video.ts';
import { createVideos, type VideoDeps } from '../../src/server/video/handler.ts';
import { sampleJob } from '../domain/sample.ts';
import { createMemoryLog } from '../world/log.ts';

/** Bytes that differ at every place, so that a wrong range is seen. */
export const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 251));

export const sha256 = createHash('sha256').update(bytes).digest('hex');

const poster = Buffer.from('a poster');

export const running = sampleJob({
  state: 'PROCESSING',
  createdAt: Date.UTC(2026, 10, 29),
  submittedAt: Date.now(),
  startedAt: Date.now(),
});

export const completed = sampleJob({
  ...running,
  state: 'COMPLETED',
  version: 3,
  finishedAt: Date.now(),
  video: { url: 'https://images.example.com/v.mp4', contentType: 'video/mp4', expiresAt: null },
  copy: { ...running.copy, state: 'WAITING', copyAt: 0 },
});

const facts = { byteSize: bytes.length, sha256, durationSeconds: 3, width: 640, height: 360, hasPoster: true };

export const stored: Job = { ...completed, copy: copyStored(completed, facts, Date.now()) };

/** The whole body of a response. */
export const bodyOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

/** A provider's response with the whole video. */
export const whole: SourceResponse = {
  status: 200,
  contentType: 'video/mp4',
  contentLength: bytes.length,
  contentRange: null,
  acceptsRanges: true,
  etag: null,
  lastModified: null,
  body: null,
};

/** A real HTTP server that serves the videos of the jobs in `jobs`, from a folder and from a provider of the test's own. */
export async function openVideos(first: Job, replaced: Partial<VideoDeps> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'videos-'));
  const blobs = createFileStore({ folder, warn: () => undefined });
  await blobs.check();
  for (const [name, content] of [
    ['mp4', bytes],
    ['jpg', poster],
  ] as const) {
    const file = join(blobs.temporaryFolder, `a.${name}`);
    writeFileSync(file, content);
    await blobs.put(`${first.videoId}.${name}`, file, { contentType: 'video/mp4', byteSize: content.length, sha256 });
  }
  const jobs = new Map([[first.videoId, first]]);
  const asked: (SourceRequest & { readonly url: string })[] = [];
  const bell = createLocalBell();
  const log = createMemoryLog();
  const source: VideoSource = {
    async open(url, request) {
      asked.push({ url, ...request });
      return { ...whole, body: request.method === 'GET' ? Readable.from([bytes]) : null };
    },
    close: () => Promise.resolve(),
  };
  const videos = createVideos({
    gateway: { linkedJob: async (videoId) => jobs.get(videoId) ?? 'unknown' },
    blobs,
    sources: () => ({ LIVE: source, TEST: source }),
    redirects: false,
    bell,
    clock: createSystemClock(),
    log,
    ...replaced,
  });
  const faults: unknown[] = [];
  const server = createServer((request, response) => {
    videos.handle(request, { response, base: '', headers: { 'x-request-id': 'r' } }, 'r').catch((error: unknown) => {
      faults.push(error);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    videos.close();
    server.closeAllConnections();
    await new Promise<void>((done) => {
      server.close(() => done());
    });
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}/videos/${first.videoId}.mp4`;
  const get = (init: RequestInit & { readonly query?: string; readonly poster?: boolean } = {}) =>
    fetch(`${init.poster === true ? url.replace('.mp4', '.jpg') : url}${init.query ?? ''}`, {
      redirect: 'manual',
      ...init,
    });
  return { url, get, jobs, asked, bell, log, faults, blobs, poster };
}
