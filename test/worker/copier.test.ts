import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { posterFileOf, videoFileOf } from '../../src/domain/copy.ts';
import { erase } from '../../src/domain/erasure.ts';
import { jobIdOf } from '../../src/domain/global-id.ts';
import { BlobError } from '../../src/ports/video.ts';
import { jobTopic } from '../../src/ports.ts';
import { newName } from '../blob/world.ts';
import { start } from '../store/contract/world.ts';
import { day, openCopierWorld } from './copier-world.ts';

const bytes = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom'), randomBytes(200_000)]);

const sendVideo = (_: unknown, response: ServerResponse) => void response.writeHead(200).end(bytes);

describe('a copy', () => {
  it('has the provider’s bytes, their hash and facts, a poster, and is announced', async () => {
    const poster = async (_: unknown, to: string) => {
      writeFileSync(to, 'poster');
      return true;
    };
    const world = await openCopierWorld(sendVideo, { inspector: { poster } });
    const job = await world.finish();
    let rings = 0;
    world.bell.listen(jobTopic(job.id), () => {
      rings += 1;
    });
    await world.turn();
    expect(await world.copyOf(job)).toEqual({
      state: 'STORED',
      copyAt: null,
      faults: 0,
      missingSince: null,
      settledAt: start,
      lost: false,
      byteSize: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      durationSeconds: 4,
      width: 480,
      height: 480,
      hasPoster: true,
    });
    expect(readFileSync(join(world.folder, videoFileOf(job.videoId))).equals(bytes)).toBe(true);
    expect(readFileSync(join(world.folder, posterFileOf(job.videoId)), 'utf8')).toBe('poster');
    expect(world.names()).toEqual([posterFileOf(job.videoId), videoFileOf(job.videoId)]);
    await expect.poll(() => rings).toBe(1);
  });

  it('is one of four at once, and the others follow as these end', async () => {
    const held: ServerResponse[] = [];
    const world = await openCopierWorld((_, response) => void held.push(response));
    const jobs = await Promise.all(Array.from({ length: 6 }, () => world.finish()));
    world.copier.start();
    await expect.poll(() => held.length).toBe(4);
    await world.clock.advance(20_000);
    expect(held).toHaveLength(4);
    for (const response of held.splice(0)) response.end(bytes);
    await expect.poll(() => held.length).toBe(2);
    for (const response of held.splice(0)) response.end(bytes);
    await world.copier.idle();
    for (const job of jobs) expect((await world.copyOf(job))?.state).toBe('STORED');
  });

  it('that fails is tried again later, until it works; the log says so once a minute', async () => {
    let attempts = 0;
    const world = await openCopierWorld((_, response) => {
      attempts += 1;
      if (attempts < 3) response.writeHead(500).end();
      else response.end(bytes);
    });
    const job = await world.finish();
    await world.turn();
    expect(await world.copyOf(job)).toMatchObject({ state: 'WAITING', faults: 1 });
    await world.turn();
    expect(attempts).toBe(1);
    await world.clock.advance(5000);
    await world.turn();
    await world.clock.advance(10_000);
    await world.turn();
    expect(await world.copyOf(job)).toMatchObject({ state: 'STORED', faults: 0 });
    expect(world.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it.each([
    [
      'an HTML page',
      (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['an empty body', (response: ServerResponse) => response.writeHead(200).end()],
    ['a cut body', (response: ServerResponse) => response.write(bytes.subarray(0, 9), () => void response.destroy())],
    ['a part that nobody asked for', (response: ServerResponse) => response.writeHead(206).end(bytes.subarray(0, 9))],
  ] as const)('of %s is never stored, and leaves no file', async (_, respond) => {
    const world = await openCopierWorld((_request, response) => void respond(response));
    const job = await world.finish();
    await world.turn();
    expect(await world.copyOf(job)).toMatchObject({ state: 'WAITING', faults: 1 });
    expect(world.names()).toEqual([]);
  });

  it('that the store cannot take waits, whatever the store’s trouble is, and keeps no temporary file', async () => {
    let isFull = true;
    const world = await openCopierWorld(sendVideo, {
      wrap: (blobs) => ({
        ...blobs,
        put: (name, file, facts) =>
          isFull ? Promise.reject(new BlobError('full', 'The disk is full.')) : blobs.put(name, file, facts),
      }),
    });
    const job = await world.finish();
    await world.turn();
    expect(await world.copyOf(job)).toMatchObject({ state: 'WAITING', faults: 1 });
    expect(world.names()).toEqual([]);
    isFull = false;
    await world.clock.advance(5000);
    await world.turn();
    expect((await world.copyOf(job))?.state).toBe('STORED');
  });

  it('of a job that is deleted meanwhile leaves no file', async () => {
    const held: ServerResponse[] = [];
    const world = await openCopierWorld((_, response) => void held.push(response));
    const job = await world.finish();
    await world.copier.round();
    await expect.poll(() => held.length).toBe(1);
    const current = await world.store.findJob(job.id);
    const erasure = current === null ? null : erase(current, start);
    if (erasure === null) throw new Error('The job cannot be deleted.');
    expect(await world.store.commit(erasure, start)).toBe(true);
    for (const response of held) response.end(bytes);
    await world.turn();
    expect(world.names()).toEqual([]);
    expect(await world.copyOf(job)).toMatchObject({ state: 'GONE', lost: false });
  });
});

describe('a provider that loses a video', () => {
  it.each([404, 410])(
    'with %d has lost it after three times and an hour; it is counted, and logged once',
    async (status) => {
      const world = await openCopierWorld((_, response) => void response.writeHead(status).end());
      const job = await world.finish();
      for (let minutes = 0; minutes < 90; minutes += 10) {
        await world.turn();
        await world.clock.advance(10 * 60_000);
      }
      expect(await world.copyOf(job)).toMatchObject({ state: 'GONE', lost: true });
      const errors = world.lines.filter(({ level }) => level === 'error');
      expect(errors).toEqual([
        expect.objectContaining({
          fields: expect.objectContaining({ event: 'video-lost', jobId: jobIdOf(job.id), userId: job.owner }),
        }),
      ]);
      expect((await world.store.losses('TEST')).lostVideos).toBe(1);
    },
  );

  it('is told of a day before, once for each job, while the copy still fails', async () => {
    const world = await openCopierWorld((_, response) => void response.writeHead(503).end());
    const job = await world.finish({ expiresAt: start + 2 * day });
    await world.turn();
    await world.clock.advance(day - 60_000);
    await world.turn();
    expect(world.lines.filter(({ level }) => level === 'error')).toEqual([]);
    for (let tries = 0; tries < 3; tries += 1) {
      await world.clock.advance(20 * 60_000);
      await world.turn();
    }
    expect(world.lines.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ fields: expect.objectContaining({ event: 'copy-in-danger', jobId: jobIdOf(job.id) }) }),
    ]);
    expect((await world.copyOf(job))?.state).toBe('WAITING');
  });
});

describe('a stop', () => {
  it('aborts the copies under way, which are due at once for the next node, and leaves no file', async () => {
    const held: ServerResponse[] = [];
    const world = await openCopierWorld((_, response) => {
      held.push(response);
      response.write(bytes.subarray(0, 1000));
    });
    const job = await world.finish();
    world.copier.start();
    await expect.poll(() => held.length).toBe(1);
    await world.copier.stop();
    await expect.poll(() => world.server.sockets.size).toBe(0);
    expect(await world.copyOf(job)).toMatchObject({ state: 'WAITING', faults: 0, copyAt: start });
    expect(world.names()).toEqual([]);
    await world.copier.round();
    expect(await world.copyOf(job)).toMatchObject({ copyAt: start });
  });
});

describe('files', () => {
  it('that no job knows are swept when they are older than a day; the log has their number', async () => {
    const world = await openCopierWorld(sendVideo);
    const job = await world.finish();
    await world.turn();
    const [stray, temporary] = [newName(), 'temporary/reelgate-01900000-0000-7000-8000-000000000000.mp4'];
    for (const name of [stray, temporary]) writeFileSync(join(world.folder, name), 'stray');
    utimesSync(join(world.folder, temporary), 1, 1);
    // The store's files are as old as their disk says; the clock of the test is far from it.
    const written = statSync(join(world.folder, stray)).ctimeMs;
    await world.clock.advance(written + day - 60_000 - world.clock.now());
    expect(await world.copier.sweep()).toEqual({ stored: 0, temporary: 1 });
    await world.clock.advance(120_000);
    expect(await world.copier.sweep()).toEqual({ stored: 1, temporary: 0 });
    expect(world.names()).toEqual([videoFileOf(job.videoId)]);
    expect(world.lines.filter(({ fields }) => fields['event'] === 'stray-files')).toHaveLength(2);
  });
});
