import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFileStore } from '../../../src/adapter/blob/file.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { createTemporaryFiles } from '../../../src/adapter/media/temporary-files.ts';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import { failpointNames } from '../../../src/config/failpoint.ts';
import { copyGone, copyLeaseMs, filesRemoved, videoFileOf, withWaitingCopy } from '../../../src/domain/copy.ts';
import type { Job } from '../../../src/domain/job.ts';
import { sweepStrayFiles } from '../../../src/worker/stray-files.ts';
import { newFolder } from '../../blob/world.ts';
import { serve } from '../../media/world.ts';
import { admit, changeOf, live, lives, newId } from '../../store/contract/world.ts';
import { createMemoryLog } from '../../world/log.ts';

const bytes = Buffer.alloc(300_000, 'video');

const copyFailpoints = failpointNames.filter((name) => name.includes('copy'));

const day = 24 * 60 * 60_000;

/** A database with one finished job, whose copy is due at `dueAt`, and the file server of its video. */
async function openWorld() {
  const folder = newFolder();
  const database = join(folder, 'reelgate.db');
  const videos = join(folder, 'videos');
  const { url } = await serve(
    (_, response) => void response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
  );
  const open = () => openSqliteStore({ file: database, newId, exclusive: true });

  /** Changes the database between two lives. */
  async function between<Result>(change: (store: ReturnType<typeof open>) => Promise<Result>): Promise<Result> {
    const store = open();
    try {
      return await change(store);
    } finally {
      await store.close();
    }
  }

  const job = await between(async (store) => {
    const now = Date.now();
    const { job: admitted } = await admit(store, { createdAt: now - 60_000 });
    const running = await live(store, admitted, lives.queued, now - 60_000);
    const video = { url: `${url}/v.mp4`, contentType: 'video/mp4', expiresAt: now + 7 * day };
    const change = withWaitingCopy(changeOf(running, { type: 'completed', video }, now), now);
    await store.commit(change, now);
    return change.to;
  });

  /** Runs a node; fulfils with what it printed before it ended. */
  async function runNode(failpoint: string): Promise<string> {
    const program = join(import.meta.dirname, 'copy-node.ts');
    const args = ['--import', 'tsx', program, database, videos, failpoint];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, 'close');
    return output;
  }

  return { job, videos, between, runNode };
}

/** Lets the lease of a dead node run out: the copy is due again. */
async function expireLease(store: ReturnType<typeof openSqliteStore>, { id }: Job): Promise<void> {
  const current = await store.findJob(id);
  if (current === null || current.copy.copyAt === null) return;
  const copy = { ...current.copy, copyAt: current.copy.copyAt - copyLeaseMs };
  expect(await store.commitCopy(current, copy)).toBe(true);
}

function filesIn(videos: string): readonly string[] {
  return [...readdirSync(videos), ...readdirSync(join(videos, 'temporary')).map((name) => `temporary/${name}`)]
    .filter((name) => name !== 'temporary')
    .sort();
}

it.each(copyFailpoints)(
  'a node that dies at %s neither loses the video nor leaves a stray file for ever',
  async (name) => {
    const { job, videos, between, runNode } = await openWorld();
    expect(await runNode(name)).toBe('');
    // Whoever sees STORED in the row finds all bytes in the store.
    const after = await between((store) => store.findJob(job.id));
    if (after?.copy.state === 'STORED')
      expect(readFileSync(join(videos, videoFileOf(job.videoId))).equals(bytes)).toBe(true);
    await between((store) => expireLease(store, job));
    expect(await runNode('')).toBe('done\n');
    const stored = await between((store) => store.findJob(job.id));
    expect(stored?.copy).toMatchObject({ state: 'STORED', byteSize: bytes.length });
    expect(readFileSync(join(videos, videoFileOf(job.videoId))).equals(bytes)).toBe(true);

    // A day later the sweep has found what the dead node left, and nothing else.
    for (const file of readdirSync(join(videos, 'temporary'))) utimesSync(join(videos, 'temporary', file), 1, 1);
    await between((store) => sweep(store, videos, Date.now() + 2 * day));
    expect(filesIn(videos)).toEqual([videoFileOf(job.videoId)]);
  },
);

it('a node that dies between put and commit of a job that is deleted meanwhile leaves a file that is swept', async () => {
  const { job, videos, between, runNode } = await openWorld();
  expect(await runNode('after-copy-put')).toBe('');
  await between(async (store) => {
    const current = await store.findJob(job.id);
    if (current === null) throw new Error('The job is not there.');
    const gone = copyGone(current, Date.now());
    expect(await store.commitCopy(current, gone)).toBe(true);
    // Its files were removed just before the dead node's put: the row expects none.
    expect(await store.commitCopy({ ...current, copy: gone }, filesRemoved({ ...current, copy: gone }))).toBe(true);
  });
  expect(filesIn(videos)).toEqual([videoFileOf(job.videoId)]);
  await between((store) => sweep(store, videos, Date.now()));
  expect(filesIn(videos)).toEqual([videoFileOf(job.videoId)]);
  await between((store) => sweep(store, videos, Date.now() + 2 * day));
  expect(filesIn(videos)).toEqual([]);
});

async function sweep(store: ReturnType<typeof openSqliteStore>, folder: string, now: number): Promise<void> {
  const blobs = createFileStore({ folder, warn: () => undefined });
  const clock = { ...createSystemClock(), now: () => now };
  await sweepStrayFiles({
    store,
    blobs,
    files: createTemporaryFiles(blobs.temporaryFolder),
    clock,
    log: createMemoryLog(),
  });
}
