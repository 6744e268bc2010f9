import type { BlobStore, TemporaryFiles } from '../video-ports.ts';
import { readOptions } from './command-line.ts';

/** The usage of `reelgate media`. */
export const mediaUsage = `Usage: reelgate media move --to STORE: copies all stored videos and posters to another store

  STORE is a value of MEDIA_STORE, such as s3://bucket/prefix or file:/srv/videos; the videos come from MEDIA_STORE as it is set now.
  It works while a gateway is running. What the other store has already is skipped, so an interrupted move can be started again.
  Every video is checked against the SHA-256 that was noted when it was stored. Nothing is removed from the old store.
  Afterwards: set MEDIA_STORE to the new store, restart, and run the command once more with the old store as MEDIA_STORE, for the
  videos that were stored in between.
`;

/** Reads the arguments of `reelgate media`: the store to move to, or a text to print if they are wrong. */
export function readMediaCommand(args: readonly string[]): { readonly to: string } | { readonly usage: string } {
  const given = readOptions({ args: [...args], options: { to: { type: 'string' } }, allowPositionals: true });
  if ('problem' in given) return { usage: `${given.problem}.\n\n${mediaUsage}` };
  const [verb, ...rest] = given.positionals;
  const { to } = given.values;
  return verb !== 'move' || rest.length > 0 || to === undefined ? { usage: mediaUsage } : { to };
}

/** What a move needs. `hashOf`: the noted SHA-256 of a video, in lower-case hexadecimal; null for a poster and for an unknown video. */
export type MoveDeps = {
  readonly from: BlobStore;
  readonly to: BlobStore;
  readonly temporary: TemporaryFiles;
  readonly factsOf: (name: string) => Promise<{ readonly contentType: string; readonly sha256: string | null } | null>;
  readonly report: (line: string) => void;
};

/** How a move ended. `unknown`: files that no job knows, which were left. */
export type Moved = {
  readonly moved: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly damaged: readonly string[];
};

const reportedEvery = 100;

/** Copies every file of a store to another. Rejects with a BlobError if a store fails: what was moved stays moved. */
export async function moveVideos({ from, to, temporary, factsOf, report }: MoveDeps): Promise<Moved> {
  const present = new Set<string>();
  for await (const { name } of to.list()) present.add(name);
  const damaged: string[] = [];
  let [moved, skipped, unknown] = [0, 0, 0];
  for await (const { name } of from.list()) {
    const facts = present.has(name) ? undefined : await factsOf(name);
    if (facts === undefined) {
      skipped += 1;
      continue;
    }
    const found = facts === null ? null : await from.open(name, null);
    if (facts === null || found === null) {
      unknown += 1;
      continue;
    }
    const received = await temporary.receive(found.stream);
    if (facts.sha256 !== null && facts.sha256 !== received.sha256) {
      await temporary.remove(received.path);
      damaged.push(name);
      report(`${name} is damaged: its SHA-256 is ${received.sha256}, and ${facts.sha256} was stored. It was left.`);
      continue;
    }
    await to.put(name, received.path, { ...received, contentType: facts.contentType });
    moved += 1;
    if (moved % reportedEvery === 0) report(`${moved} files moved`);
  }
  return { moved, skipped, unknown, damaged };
}
