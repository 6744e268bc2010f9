import { readdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createFileStore } from '../../src/adapter/blob/file.ts';
import { createTemporaryFiles } from '../../src/adapter/media/temporary-files.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { withWaitingCopy } from '../../src/domain/copy.ts';
import type { Job, Video } from '../../src/domain/job.ts';
import type { BlobStore, VideoInspector } from '../../src/ports/video.ts';
import type { LogFields, Store } from '../../src/ports.ts';
import { createCopier } from '../../src/worker/copier.ts';
import { newFolder } from '../blob/world.ts';
import { openSource, serve } from '../media/world.ts';
import { admit, changeOf, live, lives, newId, start } from '../store/contract/world.ts';
import { createManualClock } from '../world/clock.ts';

/** A line of the log. */
type Line = { readonly level: string; readonly fields: LogFields; readonly message: string };

/** What a copier's world can have replaced. */
export type CopierOptions = {
  readonly wrap?: (blobs: BlobStore) => BlobStore;
  readonly inspector?: Partial<VideoInspector>;
  /** An older world's store and folder: another node, or the same after a restart. */
  readonly shared?: { readonly store: Store; readonly folder: string };
};

/** The copier of a node with a real database, folder and file server; the test moves its clock. */
export async function openCopierWorld(listener: RequestListener, options: CopierOptions = {}) {
  const clock = createManualClock(start);
  const store = options.shared?.store ?? openSqliteStore({ file: ':memory:', newId, exclusive: true });
  if (options.shared === undefined) onTestFinished(() => store.close());
  const folder = options.shared?.folder ?? join(newFolder(), 'videos');
  const files = createFileStore({ folder, warn: () => undefined });
  await files.check();
  const blobs = options.wrap?.(files) ?? files;
  const server = await serve(listener);
  const source = openSource();
  const lines: Line[] = [];
  const note = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  const bell = createLocalBell();
  const inspector: VideoInspector = {
    inspect: () => Promise.resolve({ durationSeconds: 4, width: 480, height: 480 }),
    poster: () => Promise.resolve(false),
    close: () => Promise.resolve(),
    ...options.inspector,
  };
  const copier = createCopier({
    store,
    bell,
    clock,
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    blobs,
    sources: { LIVE: source, TEST: source },
    files: createTemporaryFiles(files.temporaryFolder),
    inspector,
  });
  onTestFinished(() => copier.stop());

  /** Stores a finished job whose video is at the server and waits to be copied. */
  async function finish(parts: Partial<Video> = {}): Promise<Job> {
    const { job } = await admit(store);
    const running = await live(store, job, lives.queued, start - 60_000);
    const video = { url: `${server.url}/v.mp4`, contentType: 'video/mp4', expiresAt: start + 7 * day, ...parts };
    const change = withWaitingCopy(changeOf(running, { type: 'completed', video }), start);
    await store.commit(change, start);
    return change.to;
  }

  return {
    clock,
    store,
    folder,
    bell,
    copier,
    server,
    lines,
    finish,
    /** The copy of a job, as stored now. */
    copyOf: async ({ id }: Job) => (await store.findJob(id))?.copy,
    /** The names in the store's folder and in the temporary one. */
    names: () =>
      [...readdirSync(folder).filter((name) => name !== 'temporary'), ...readdirSync(files.temporaryFolder)].sort(),
    /** One round, and the end of its copies. */
    async turn() {
      await copier.round();
      await copier.idle();
    },
  };
}

/** A day in milliseconds. */
export const day = 24 * 60 * 60_000;
