import type { Mutant } from '../mutant.ts';

const copy = 'src/domain/copy.ts';

const videoCopy = 'src/worker/video-copy.ts';

const copier = 'src/worker/copier.ts';

const strayFiles = 'src/worker/stray-files.ts';

const copyQueries = 'src/adapter/store/sqlite/copies.ts';

/** Mistakes on the way of a video from the provider into the store, and out of it. */
export const videos: readonly Mutant[] = [
  {
    name: 'claims a copy for ever',
    file: copy,
    find: 'return { ...copy, copyAt: now + copyLeaseMs };',
    replace: 'return { ...copy, copyAt: now + 1000 * copyLeaseMs };',
  },
  {
    name: 'believes one 404 of the file server',
    file: copy,
    find: 'const missingForMs = 60 * 60_000;',
    replace: 'const missingForMs = 0;',
  },
  {
    name: 'commits a copy before its bytes are in the store',
    file: videoCopy,
    find: `      await blobs.put(videoFileOf(job.videoId), path, { contentType: source.contentType, byteSize, sha256 });
      return`,
    replace: `      blobs.put(videoFileOf(job.videoId), path, { contentType: source.contentType, byteSize, sha256 }).catch(() => undefined);
      return`,
  },
  {
    name: 'says that there is a poster whose put failed',
    file: videoCopy,
    find: '      const poster = await files.seal(path);\n',
    replace: '      const poster = await files.seal(path);\n      if (job.copy.faults >= 0) return true;\n',
  },
  {
    name: 'gives up a copy after its first fault',
    file: videoCopy,
    find: 'const copy = copyFailed(job, fault, now, clock.random());',
    replace:
      "const copy = { ...copyFailed(job, fault, now, clock.random()), state: 'GONE' as const, copyAt: null, settledAt: now };",
  },
  {
    name: 'sweeps what is known instead of what is not',
    file: strayFiles,
    find: 'names.filter((name) => !known.has(',
    replace: 'names.filter((name) => known.has(',
  },
  {
    name: 'never sweeps temporary files',
    file: strayFiles,
    find: 'const temporary = await files.sweep(changedBefore);',
    replace: 'const temporary = 0;',
  },
  {
    name: 'writes a copy without compare-and-set',
    file: copyQueries,
    find: '.where(isUnchanged),',
    replace: '.where(eq(id, by.id)),',
  },
  {
    name: 'never copies again without a ring',
    file: copier,
    find: 'stops.push(bell.listen(copyTopic, wake), every(clock, idleMs, wake));',
    replace: 'stops.push(bell.listen(copyTopic, wake));',
  },
].map((mutant) => ({ ...mutant, kind: 'videos' as const }));
