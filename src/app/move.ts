import { createSystemClock } from '../adapter/clock/system.ts';
import { createTemporaryFiles } from '../adapter/media/temporary-files.ts';
import { openStore } from '../adapter/store/open.ts';
import { createFileLookup, type Moved, moveVideos } from '../cli/media.ts';
import type { Config } from '../config/config.ts';
import type { MediaStoreConfig } from '../config/media.ts';
import { createCloseStack } from '../lib/close-stack.ts';
import { commandWaitMs } from './backup.ts';
import { openBlobs } from './media.ts';

/** Copies the videos of an installation to another store, beside a running gateway. Rejects with a BlobError if a store fails. */
export async function moveMedia(
  { databaseUrl, media, proxies }: Config,
  target: MediaStoreConfig,
  report: (line: string) => void,
): Promise<Moved> {
  const { newId } = createSystemClock();
  const opened = createCloseStack();
  try {
    const waiting = { waitMs: commandWaitMs, warn: report };
    const store = await openStore(databaseUrl, { newId, exclusive: false, mustExist: true, ...waiting });
    opened.push(() => store.close());
    const from = openBlobs(media.store, proxies, report);
    opened.push(() => from.close());
    const to = openBlobs(target, proxies, report);
    opened.push(() => to.close());
    await to.check();
    const temporary = createTemporaryFiles(to.temporaryFolder);
    return await moveVideos({ from, to, temporary, find: createFileLookup(store), report });
  } finally {
    await opened.closeAll();
  }
}
