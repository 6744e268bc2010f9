import {
  BlobError,
  type BlobStore,
  type ByteStream,
  SourceError,
  type TemporaryFiles,
  type VideoSource,
} from '../../../src/ports/video.ts';
import type { Weather } from '../climate.ts';
import type { Hazard } from '../hazard.ts';
import type { Random } from '../random.ts';
import type { Timeline } from '../timeline.ts';

/** A file of a history: whose bytes it holds, whether all of them, and when it was last changed. */
type SimulatedFile = { readonly of: string; isWhole: boolean; readonly changedAt: number };

/** The disks and the provider's file server that all nodes of a history share. */
export type SimulatedFiles = {
  readonly stored: Map<string, SimulatedFile>;
  readonly temporary: Map<string, SimulatedFile>;
  /** When the provider lost the file behind a URL. */
  readonly lostAt: Map<string, number>;
  readonly mistakes: string[];
};

/** What the ports of one node receive. */
export type FileDeps = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly weather: Weather;
  readonly hazard: Hazard;
  readonly files: SimulatedFiles;
};

/** How often a port of videos fails, compared with the database. */
const faultShare = 5;

/** A body that says whose bytes it brings, once, and may be cut before its end. */
type Body = ByteStream & { readonly of: string };

/** The provider's file server, as a node reaches it. */
export function createSource({ timeline, random, weather, hazard, files }: FileDeps): VideoSource {
  return {
    async open(url, { signal }) {
      await hazard.pass('before the source');
      await timeline.wait(random.whole(10, 3000));
      if (signal.aborted) throw new SourceError('aborted', 'Aborted.');
      if (random.chance(weather.fault * faultShare)) throw new SourceError('unreachable', 'No response.');
      const isLost = timeline.now() >= (files.lostAt.get(url) ?? Number.POSITIVE_INFINITY);
      const status = isLost || random.chance(weather.fault) ? 404 : 200;
      const isCut = random.chance(weather.fault * faultShare);
      const body: Body = {
        of: url,
        destroy: () => undefined,
        async *[Symbol.asyncIterator]() {
          await timeline.wait(random.whole(10, 60_000));
          if (signal.aborted) throw new SourceError('aborted', 'Aborted.');
          yield new Uint8Array(1);
          if (isCut) throw new SourceError('unreachable', 'Cut.');
        },
      };
      const none = { contentType: null, contentLength: null, contentRange: null, etag: null, lastModified: null };
      return { ...none, acceptsRanges: true, status, body: status === 200 ? body : null };
    },
    close: () => Promise.resolve(),
  };
}

/** A node's temporary files: a crash leaves them. */
export function createTemporary(
  { timeline, random, weather, hazard, files }: FileDeps,
  newId: () => string,
): TemporaryFiles {
  const factsOf = (path: string) => ({ path, byteSize: 1, sha256: 'ab'.repeat(32) });
  return {
    newPath: (extension) => `${newId()}.${extension}`,
    async receive(body) {
      const path = `${newId()}.mp4`;
      // Only this file's source makes bodies.
      const file = { of: (body as Body).of, isWhole: false, changedAt: timeline.now() };
      files.temporary.set(path, file);
      await hazard.pass('after a temporary file');
      try {
        for await (const _ of body) await hazard.pass('within a temporary file');
        if (random.chance(weather.fault)) throw new BlobError('full', 'The disk is full.');
      } catch (error) {
        files.temporary.delete(path);
        throw error;
      }
      file.isWhole = true;
      await hazard.pass('after receive');
      return factsOf(path);
    },
    seal: (path) => Promise.resolve(factsOf(path)),
    async remove(path) {
      await hazard.pass('before a temporary file is removed');
      files.temporary.delete(path);
    },
    sweep(changedBefore) {
      const old = [...files.temporary].filter(([, { changedAt }]) => changedAt < changedBefore);
      for (const [path] of old) files.temporary.delete(path);
      return Promise.resolve(old.length);
    },
  };
}

/** The store of videos, as a node reaches it: it fails before or after its effect, as a store behind a network does. */
export function createBlobs({ timeline, random, weather, hazard, files }: FileDeps): BlobStore {
  const fail = () => {
    if (random.chance(weather.fault * faultShare)) throw new BlobError('unavailable', 'No response.');
  };
  const call = (verb: string, effect: () => void) =>
    hazard.call(verb, async () => {
      await timeline.wait(random.whole(1, 2000));
      fail();
      effect();
      await hazard.pass(`within ${verb}`);
      fail();
    });
  return {
    temporaryFolder: '',
    check: () => Promise.resolve(),
    put: (name, path) =>
      call('put', () => {
        const file = files.temporary.get(path);
        if (file?.isWhole !== true) files.mistakes.push(`${name} was put before it was received`);
        else files.stored.set(name, { ...file, changedAt: timeline.now() });
      }).then(() => void files.temporary.delete(path)),
    open: () => Promise.resolve(null),
    linkOf: () => Promise.resolve(null),
    remove: (name) => call('remove', () => void files.stored.delete(name)),
    async *list() {
      await Promise.resolve();
      for (const [name, { changedAt }] of [...files.stored]) yield { name, changedAt };
    },
    close: () => Promise.resolve(),
  };
}
