import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore } from '../adapter/blob/file.ts';
import { createNoStore } from '../adapter/blob/none.ts';
import { openS3Store } from '../adapter/blob/s3.ts';
import { createInspector } from '../adapter/media/inspector.ts';
import { createSandboxSource } from '../adapter/media/sandbox-source.ts';
import { openVideoSource } from '../adapter/media/source.ts';
import { createTemporaryFiles } from '../adapter/media/temporary-files.ts';
import { sandboxPosters } from '../adapter/provider/sandbox/poster-files.ts';
import type { Config } from '../config/config.ts';
import type { MediaStoreConfig } from '../config/media.ts';
import type { Environment } from '../domain/job.ts';
import { isLoopback } from '../lib/address.ts';
import type { Proxies } from '../lib/proxy.ts';
import type { BlobStore, VideoSource } from '../ports/video.ts';
import type { Bell, Clock, Log, Store } from '../ports.ts';
import { createCopier } from '../worker/copier.ts';
import { createRetention } from '../worker/retention.ts';
import type { FaultInjectors } from './fault-injectors.ts';

/** Where videos are kept and read, and what copies and deletes them. */
export interface Media {
  readonly blobs: BlobStore;
  /** Where the videos of each environment are read from the provider; known from `start` on. */
  sources(): Readonly<Record<Environment, VideoSource>>;
  /** Starts the copier and the retention. `sandboxUrl`: at the bound port. */
  start(sandboxUrl: string): void;
  /** Begins nothing more; fulfils when what is under way has ended or was given back. */
  stop(): Promise<void>;
  /** Closes files and connections, after the server. */
  close(): Promise<void>;
}

type MediaDeps = {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
  readonly faultInjectors: FaultInjectors;
};

/** Opens a store of videos. `warn` receives a sentence for the operator. S3 is reached through its proxy, if it has one. */
export function openBlobs(config: MediaStoreConfig, proxies: Proxies, warn: (sentence: string) => void): BlobStore {
  // Files on their way to another machine: private to the user of this process.
  const temporaryFolder = join(tmpdir(), `reelgate-videos-${process.getuid?.() ?? 'user'}`);
  if (config.kind === 'none') return createNoStore({ temporaryFolder });
  if (config.kind === 'file') return createFileStore({ folder: config.folder, warn });
  return openS3Store({ ...config, proxies, temporaryFolder });
}

/** Opens the store of videos and checks it. Rejects with a BlobError if nothing can be stored. */
export async function openMedia({ media, segmind, proxies }: Config, deps: MediaDeps): Promise<Media> {
  const { store, bell, clock, log, faultInjectors } = deps;
  const blobs = faultInjectors.blobs(openBlobs(media.store, proxies, (sentence) => log.warn({}, sentence)));
  await blobs.check();
  const keeps = media.store.kind !== 'none';
  const files = faultInjectors.files(createTemporaryFiles(blobs.temporaryFolder));
  const inspector = createInspector({ clock, log, posters: sandboxPosters() });
  // A provider on this machine, such as a test's, has its videos here, too.
  const isLocal = segmind !== null && isLoopback(new URL(segmind.baseUrl).hostname);
  const live = openVideoSource({ scope: isLocal ? 'loopback' : 'public', trustedOrigin: null, clock, proxies });
  let sources: Readonly<Record<Environment, VideoSource>> | null = null;
  let stops: readonly (() => Promise<void>)[] = [];

  function sourcesNow(): Readonly<Record<Environment, VideoSource>> {
    if (sources === null) throw new Error('Videos are read only once the server listens');
    return sources;
  }

  return {
    blobs,
    sources: sourcesNow,
    start(sandboxUrl) {
      const source = openVideoSource({ scope: 'public', trustedOrigin: new URL(sandboxUrl).origin, clock });
      sources = { LIVE: live, TEST: createSandboxSource(source, sandboxUrl) };
      const { retentionMs, jobRetentionMs } = media;
      const retention = createRetention({
        store,
        blobs: keeps ? blobs : null,
        bell,
        clock,
        log,
        retentionMs,
        jobRetentionMs,
      });
      retention.start();
      stops = [() => retention.stop()];
      if (!keeps) return;
      const copier = createCopier({ store, bell, clock, log, blobs, sources, files, inspector });
      copier.start();
      stops = [...stops, () => copier.stop()];
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
    async close() {
      await inspector.close();
      await Promise.all([live.close(), sources?.TEST.close()]);
      await blobs.close();
    },
  };
}
