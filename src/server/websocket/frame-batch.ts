import type { Frame } from './frame.ts';

/**
 * Frames that go out through a socket in one write, in order. Batches form a trie: sockets that send the same frames in the same order
 * share a node, so bytes are concatenated once.
 *
 *     empty ── frame 1, id "a" ──► batch of 1 ── frame 2, id "a" ──► batch of 2, shared by thousands of sockets
 */
export type FrameBatch = {
  readonly before: FrameBatch | null;
  readonly frame: Frame;
  readonly id: string;
  /** In characters, as frames are counted. */
  readonly length: number;
  /** The batch that was last made by adding to this one. */
  larger: FrameBatch | null;
  bytes: Buffer | null;
};

/** An empty batch: the root from which shared batches grow. */
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

/** A batch with one more frame; the same batch each time while the same frame is added under the same id. */
export function add(before: FrameBatch, frame: Frame, id: string): FrameBatch {
  const { larger } = before;
  if (larger !== null && larger.frame === frame && larger.id === id) return larger;
  const length = before.length + frame.length;
  before.larger = { before, frame, id, length, larger: null, bytes: null };
  return before.larger;
}

/** The bytes of a batch, shared by its sockets: they must not be changed. */
export function bytesOf(batch: FrameBatch): Buffer {
  batch.bytes ??= batch.before?.before === null ? batch.frame.bytesFor(batch.id) : Buffer.concat(framesOf(batch));
  return batch.bytes;
}

function framesOf(batch: FrameBatch): Buffer[] {
  const frames: Buffer[] = [];
  // The empty root has no frame.
  for (let at = batch; at.before !== null; at = at.before) frames.push(at.frame.bytesFor(at.id));
  return frames.reverse();
}
