import type { BlobStore, TemporaryFiles } from '../ports/video.ts';
import type { Clock, Log, Store } from '../ports.ts';

/** How many stray files a sweep removed. */
export type Swept = { readonly stored: number; readonly temporary: number };

/** A file of this age belongs to no copy under way: its copier has crashed. */
export const strayAfterMs = 24 * 60 * 60_000;

/** How many names are looked up at once. */
const batchSize = 500;

const idCharacters = 32;

/** Removes files that a crash has left: those in the store that no job knows, and temporary ones, if they are older than a day. */
export async function sweepStrayFiles(deps: {
  readonly store: Pick<Store, 'knownVideos'>;
  readonly blobs: BlobStore;
  readonly files: TemporaryFiles;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Swept> {
  const { store, blobs, files, clock, log } = deps;
  const changedBefore = clock.now() - strayAfterMs;

  async function removeUnknown(names: readonly string[]): Promise<number> {
    const ids = [...new Set(names.map((name) => name.slice(0, idCharacters)))];
    const known = new Set(await store.knownVideos(ids));
    const stray = names.filter((name) => !known.has(name.slice(0, idCharacters)));
    for (const name of stray) await blobs.remove(name);
    return stray.length;
  }

  let stored = 0;
  let batch: string[] = [];
  for await (const { name, changedAt } of blobs.list()) {
    if (changedAt >= changedBefore) continue;
    batch.push(name);
    if (batch.length < batchSize) continue;
    stored += await removeUnknown(batch);
    batch = [];
  }
  if (batch.length > 0) stored += await removeUnknown(batch);
  const temporary = await files.sweep(changedBefore);
  const note = stored + temporary > 0 ? log.warn : log.debug;
  note({ stored, temporary, event: 'stray-files' }, 'Stray video files were removed; crashes had left them.');
  return { stored, temporary };
}
