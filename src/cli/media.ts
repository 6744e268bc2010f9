import { resolve } from 'node:path';
import { ConfigError } from '../config/config.ts';
import { createSettings, type Variables } from '../config/env.ts';
import { type MediaStoreConfig, readMediaStore } from '../config/media.ts';
import { posterFileOf, sourceOf, videoFileOf } from '../domain/copy.ts';
import { BlobError, type BlobStore, type ByteStream, type TemporaryFiles } from '../ports/video.ts';
import type { Store } from '../ports.ts';
import { readOptions } from './command-line.ts';
import { choiceSentence, extraSentence, missingSentence, type Refusal, refusal } from './refusal.ts';

/** The usage of `reelgate media`. */
export const mediaUsage = `Usage: reelgate media move --to STORE [--json]: copies all stored videos and posters to another store

  STORE is a value of MEDIA_STORE, such as s3://bucket/prefix or file:/srv/videos; the videos come from MEDIA_STORE as it is set now.
  The S3_ settings apply to the one of the two stores that is in S3, and to both if both are: two buckets of one service, with one
  pair of keys. To move from one S3 service to another, move to a folder first, and from there with the other S3_ settings.

  It works while a gateway is running. What the other store has already is skipped, so an interrupted move can be started again.
  Every video is checked against the SHA-256 that was noted when it was stored. A damaged one is named and left, and the command
  exits with 1. Nothing is removed from the old store.
  Afterwards: set MEDIA_STORE to the new store, restart, and run the command once more with the old store as MEDIA_STORE, for the
  videos that were stored in between. Then remove the old store.
`;

/** Reads the arguments of `reelgate media`: the store to move to. Refuses wrong ones. */
export function readMediaCommand(args: readonly string[]): { readonly to: string } | Refusal {
  const given = readOptions({ args: [...args], options: { to: { type: 'string' } }, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, mediaUsage);
  const [verb, extra] = given.positionals;
  if (verb !== 'move') return refusal(choiceSentence('The command after reelgate media', verb, ['move']), mediaUsage);
  if (extra !== undefined)
    return refusal(extraSentence(extra, args, 'reelgate media move takes --to STORE'), mediaUsage);
  const { to = '' } = given.values;
  return to === '' ? refusal(missingSentence({ '--to': to }), mediaUsage) : { to };
}

/** The variables without the settings of a serving gateway that may not fit the old store any more, such as MEDIA_REDIRECT. */
export function variablesOfMove(variables: Variables): Variables {
  return { ...variables, MEDIA_REDIRECT: undefined, REDIS_URL: undefined, REDIS_URL_FILE: undefined };
}

/** Reads the store to move to. Throws a ConfigError if it cannot be moved to from the store of now. */
export function readMoveTarget(to: string, from: MediaStoreConfig, variables: Variables): MediaStoreConfig {
  const settings = createSettings(variables);
  const store = readMediaStore('--to', to, settings);
  if (from.kind === 'none') settings.refuse('MEDIA_STORE', 'is none: there is nothing to move.');
  if (to === 'none') settings.refuse('--to', 'is none: name the store that shall hold the videos.');
  if (isSame(from, store)) settings.refuse('--to', 'is the store that MEDIA_STORE names: choose another one.');
  if (settings.problems.length > 0) throw new ConfigError(settings.problems.join('\n'));
  return store;
}

function isSame(one: MediaStoreConfig, other: MediaStoreConfig): boolean {
  if (one.kind === 'file' && other.kind === 'file') return resolve(one.folder) === resolve(other.folder);
  return one.kind === 's3' && other.kind === 's3' && one.bucket === other.bucket && one.prefix === other.prefix;
}

/** What is known about a file that is to be moved. `sha256`: as noted, in lower-case hexadecimal; null for a poster. */
type KnownFile = { readonly contentType: string; readonly sha256: string | null };

/** Creates the function that returns what the database knows about a file of a store: null if it belongs to no stored video. */
export function createFileLookup(store: Pick<Store, 'findJobByVideo'>): (name: string) => Promise<KnownFile | null> {
  return async (name) => {
    const job = await store.findJobByVideo(name.slice(0, name.indexOf('.')));
    if (job?.copy.state !== 'STORED') return null;
    if (name === videoFileOf(job.videoId)) {
      return { contentType: sourceOf(job)?.contentType ?? 'video/mp4', sha256: job.copy.sha256 };
    }
    const isPoster = job.copy.hasPoster && name === posterFileOf(job.videoId);
    return isPoster ? { contentType: 'image/jpeg', sha256: null } : null;
  };
}

/** What a move needs. `find`: see createFileLookup. `report`: receives lines for the operator. */
type MoveDeps = {
  readonly from: BlobStore;
  readonly to: BlobStore;
  /** In the temporary folder of `to`. */
  readonly temporary: TemporaryFiles;
  readonly find: (name: string) => Promise<KnownFile | null>;
  readonly report: (line: string) => void;
};

/** How a move ended, in numbers of files. `unknown`: files of no stored video, which were left. `damaged`: names. */
export type Moved = {
  readonly moved: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly damaged: readonly string[];
};

const reportedEvery = 100;

/** Copies every file of a store to another. Rejects with a BlobError if a store fails: what was moved stays moved. */
export async function moveVideos({ from, to, temporary, find, report }: MoveDeps): Promise<Moved> {
  const present = new Set<string>();
  for await (const { name } of to.list()) present.add(name);
  const damaged: string[] = [];
  let [moved, skipped, unknown] = [0, 0, 0];

  /** Copies one file. A job may be deleted meanwhile: then the copy goes, too. */
  async function move(name: string, known: KnownFile): Promise<void> {
    const found = await from.open(name, null);
    if (found === null) return;
    const received = await temporary.receive(named(name, found.stream));
    try {
      if (known.sha256 !== null && known.sha256 !== received.sha256) {
        damaged.push(name);
        report(`${name} is damaged: its SHA-256 is ${received.sha256}, and ${known.sha256} was stored. It was left.`);
        return;
      }
      await to.put(name, received.path, { ...received, contentType: known.contentType });
    } finally {
      // A store has taken over what it has put.
      await temporary.remove(received.path);
    }
    if ((await find(name)) === null) return to.remove(name);
    moved += 1;
    if (moved % reportedEvery === 0) report(`${moved} files moved`);
  }

  for await (const { name } of from.list()) {
    const known = present.has(name) ? null : await find(name);
    if (known !== null) await move(name, known);
    else if (present.has(name)) skipped += 1;
    else unknown += 1;
  }
  return { moved, skipped, unknown, damaged };
}

/** The same bytes; a failure to read them names the file. */
function named(name: string, stream: ByteStream): ByteStream {
  return {
    destroy: () => stream.destroy(),
    async *[Symbol.asyncIterator]() {
      try {
        yield* stream;
      } catch (error) {
        throw new BlobError('unavailable', `${name} could not be read to its end: start the command again.`, {
          cause: error,
        });
      }
    },
  };
}

/** What a move did, as text for the operator. */
export function movedText({ moved, skipped, unknown, damaged }: Moved): string {
  return [
    `${moved} files moved, ${skipped} were there already.`,
    ...(unknown === 0 ? [] : [`${unknown} files belong to no stored video and were left.`]),
    ...(damaged.length === 0
      ? []
      : [`${damaged.length} files are damaged and were left:`, ...damaged.map((name) => `  ${name}`)]),
  ].join('\n');
}
