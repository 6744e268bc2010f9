import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../ports.ts';
import { createFlushQueue, type FlushQueue } from './flush-queue.ts';
import type { Frame } from './frame.ts';
import { add, bytesOf, emptyBatch, type FrameBatch } from './frame-batch.ts';

/**
 * The frames that one socket has yet to send. Frames of one turn of the event loop go out in one write, past ws's own sender. While the
 * client is not reading, only the newest pending state of each subscription is kept, so memory stays flat. The last state and the end of
 * a subscription are never dropped.
 *
 *   idle    ── send, sendLatest ──────────────► batched: one flush is scheduled for the end of the turn
 *   batched ── flush, at most 64 KiB unsent ──► idle: one write
 *   batched ── flush, more unsent ────────────► full: one write, whose callback is awaited
 *   full    ── send, end ─────────────────────► full: written at the end of the turn, an end only after its pending state
 *   full    ── sendLatest ────────────────────► full: kept in `pending`, where it replaces the older state of its id
 *   full    ── the kernel took the write ─────► idle: waiters resume, then pending frames are sent until it is full again
 *   any     ── the socket closes ─────────────► closed: new states and batches are dropped, waiters resume
 *
 * `send`, `sendLatest`, `end` and `drop` only add or remove frames. `write` alone sets `isFull`; the callback of its write clears it.
 */
export type SendBuffer = {
  readonly socket: WebSocket;
  /** The TCP or TLS stream below the socket: whole frames may be written to it while the socket is open. */
  readonly stream: Duplex;
  readonly queue: SendQueue;
  /** The frames of this turn that are not written yet. */
  batch: FrameBatch | null;
  /** How many characters were sent in this turn. */
  turnLength: number;
  /** Whether the client has so much left to read that newer states are kept in `pending`. */
  isFull: boolean;
  /** By id, in the order in which the ids began to wait; null while there are none. */
  pending: Map<string, Pending> | null;
  /** The states in `pending`, in characters. */
  pendingLength: number;
  /** Called when the client has read on, or the socket is gone. */
  waiters: (() => void)[] | null;
};

/** A state that waits, and the frame that ends its subscription after it. */
type Pending = { frame: Frame; end: { readonly frame: Frame; readonly onSent: () => void } | null };

/** What all send buffers share: the queue that flushes them, and the root of their batches. */
export type SendQueue = { readonly empty: FrameBatch; readonly flushes: FlushQueue<SendBuffer> };

const fullAtBytes = 64 * 1024;

/** A larger batch is written at once: a client is slow when the kernel cannot pass frames on, not when many happen in one turn. */
const batchedLength = 16 * 1024;

/** A queue for any number of send buffers. */
export function createSendQueue(clock: Pick<Clock, 'monotonic'>): SendQueue {
  const empty = emptyBatch();
  const forget = () => {
    empty.larger = null;
  };
  return { empty, flushes: createFlushQueue(flush, forget, clock) };
}

/** The empty send buffer of a socket. */
export function createSendBuffer(socket: WebSocket, stream: Duplex, queue: SendQueue): SendBuffer {
  return {
    socket,
    stream,
    queue,
    batch: null,
    turnLength: 0,
    isFull: false,
    pending: null,
    pendingLength: 0,
    waiters: null,
  };
}

/** Sends a frame under an id. Every frame goes through here. */
export function send(buffer: SendBuffer, frame: Frame, id = ''): void {
  const { queue } = buffer;
  if (buffer.turnLength === 0) queue.flushes.schedule(buffer);
  if (buffer.batch !== null && buffer.batch.length + frame.length > batchedLength) write(buffer);
  buffer.batch = add(buffer.batch ?? queue.empty, frame, id);
  buffer.turnLength += frame.length;
}

/** Whether `drained` would fulfil at once. */
export function isDrained({ isFull, turnLength }: SendBuffer): boolean {
  return !isFull && turnLength <= batchedLength;
}

/**
 * Fulfils when the client has read enough to be sent more, or is gone. After a turn that sent much it fulfils in the next turn at the
 * earliest. A sender that awaits it goes no faster than its client reads, and lets other sockets have their turns.
 */
export function drained(buffer: SendBuffer): Promise<void> {
  if (isDrained(buffer)) return Promise.resolve();
  return new Promise((resolve) => {
    buffer.waiters ??= [];
    buffer.waiters.push(resolve);
  });
}

/** Sends a state under an id; while the client is not reading, keeps it until the client reads on or a newer state replaces it. */
export function sendLatest(buffer: SendBuffer, id: string, frame: Frame): void {
  const { socket, isFull, pending } = buffer;
  if (socket.readyState !== socket.OPEN) return;
  const older = pending?.get(id);
  if (older === undefined && !isFull) {
    send(buffer, frame, id);
    return;
  }
  buffer.pendingLength += frame.length - (older?.frame.length ?? 0);
  if (older !== undefined) {
    older.frame = frame;
    return;
  }
  buffer.pending ??= new Map();
  buffer.pending.set(id, { frame, end: null });
}

/** Sends the last frame under an id, after the state that is pending there; `onSent` is called when it goes out. */
export function end(buffer: SendBuffer, id: string, frame: Frame, onSent: () => void): void {
  const state = buffer.pending?.get(id);
  if (state !== undefined) {
    state.end = { frame, onSent };
    return;
  }
  onSent();
  send(buffer, frame, id);
}

/** Forgets what is pending under an id. */
export function drop(buffer: SendBuffer, id: string): void {
  const { pending } = buffer;
  const dropped = pending?.get(id);
  if (pending === null || dropped === undefined) return;
  buffer.pendingLength -= dropped.frame.length;
  pending.delete(id);
  if (pending.size === 0) buffer.pending = null;
}

/** Writes this turn's frames, then closes the socket. */
export function close(buffer: SendBuffer, code: number, reason: string): void {
  write(buffer);
  buffer.socket.close(code, reason);
}

/** How many bytes the client has not read: those in the stream's buffer, and the pending states at one byte a character. */
export function unsentOf({ stream, pendingLength }: SendBuffer): number {
  return stream.writableLength + pendingLength;
}

/** Called by the flush queue at the end of the turn. */
function flush(buffer: SendBuffer): void {
  buffer.turnLength = 0;
  write(buffer);
  if (!buffer.isFull) resume(buffer);
}

/** Hands the batch to the kernel. */
function write(buffer: SendBuffer): void {
  const { socket, stream, batch, isFull } = buffer;
  buffer.batch = null;
  if (batch === null || socket.readyState !== socket.OPEN) return;
  const bytes = bytesOf(batch);
  if (isFull || stream.writableLength + bytes.length <= fullAtBytes) {
    stream.write(bytes);
    return;
  }
  buffer.isFull = true;
  // The kernel takes writes in order: once it has this one, it has all before it.
  stream.write(bytes, () => onWritten(buffer));
}

/** Also called, with an error, when the stream is destroyed. */
function onWritten(buffer: SendBuffer): void {
  buffer.isFull = false;
  resume(buffer);
  sendPending(buffer);
}

function resume(buffer: SendBuffer): void {
  const { waiters } = buffer;
  buffer.waiters = null;
  for (const goOn of waiters ?? []) goOn();
}

function sendPending(buffer: SendBuffer): void {
  const { socket, pending } = buffer;
  if (socket.readyState !== socket.OPEN) return;
  for (const [id, { frame, end: ending }] of pending ?? []) {
    if (buffer.isFull) return;
    drop(buffer, id);
    send(buffer, frame, id);
    if (ending !== null) end(buffer, id, ending.frame, ending.onSent);
  }
}
