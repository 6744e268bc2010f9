import type { Frame } from './frame.ts';

/**
 * Letters that go out through a socket in one write, in order. Bundles grow by one letter at a time, and whoever adds the same letter
 * under the same id to the same bundle is given the same larger one: thousands of sockets that are owed the same ten letters share one
 * bundle, whose bytes are put together once.
 */
export type FrameBatch = {
  readonly before: FrameBatch | null;
  readonly frame: Frame;
  readonly id: string;
  /** In characters, as letters are counted. */
  readonly length: number;
  /** The last bundle that was made of this one. */
  larger: FrameBatch | null;
  bytes: Buffer | null;
};

/** An empty bundle, from which all that are to share are made. */
export function emptyBatch(): FrameBatch {
  return {
    before: null,
    frame: { length: 0, bytesFor: () => Buffer.alloc(0) },
    id: '',
    length: 0,
    larger: null,
    bytes: null,
  };
}

/** A bundle with one letter more. */
export function add(before: FrameBatch, frame: Frame, id: string): FrameBatch {
  const { larger } = before;
  if (larger !== null && larger.frame === frame && larger.id === id) return larger;
  const length = before.length + frame.length;
  before.larger = { before, frame, id, length, larger: null, bytes: null };
  return before.larger;
}

/** What is written to the socket; not to be written to. */
export function bytesOf(batch: FrameBatch): Buffer {
  batch.bytes ??= batch.before?.before === null ? batch.frame.bytesFor(batch.id) : Buffer.concat(framesOf(batch));
  return batch.bytes;
}

function framesOf(batch: FrameBatch): Buffer[] {
  const frames: Buffer[] = [];
  // The empty one, of which all are made, has no frame.
  for (let at = batch; at.before !== null; at = at.before) frames.push(at.frame.bytesFor(at.id));
  return frames.reverse();
}
