import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../ports.ts';
import { createFlushQueue, type FlushQueue } from './flush-queue.ts';
import type { Frame } from './frame.ts';
import { add, bytesOf, emptyBatch, type FrameBatch } from './frame-batch.ts';

/**
 * What goes out through one socket. All letters of one turn of the event loop go out in one write, past ws's own sender. While the client
 * does not read, what is only worth its newest state is held back and replaced by what is newer, so that memory stays flat however much
 * happens meanwhile; the last state and the end of a subscription are never dropped.
 */
export type SendBuffer = {
  readonly socket: WebSocket;
  /** What the socket stands on: whole frames may be written to it as long as the socket is open. */
  readonly connection: Duplex;
  readonly queue: SendQueue;
  /** What goes out at the end of this turn. */
  batch: FrameBatch | null;
  /** How much was posted in this turn, in characters. */
  postedLength: number;
  /** Whether the client has yet to read so much that states are held back. */
  isFull: boolean;
  /** By id, in the order in which they began to wait; null while there are none. */
  held: Map<string, Held> | null;
  heldLength: number;
  /** Called when there is room again, or the socket is gone. */
  waiting: (() => void)[] | null;
};

/** A state that waits, and what ends its subscription after it. */
type Held = { frame: Frame; end: { readonly frame: Frame; readonly onSent: () => void } | null };

/** What all outboxes have in common: the round in which they are emptied, and the bundle that theirs are made of. */
export type SendQueue = { readonly empty: FrameBatch; readonly flushes: FlushQueue<SendBuffer> };

const fullAtBytes = 64 * 1024;

/** More than this is not gathered, but offered to the kernel as it comes: a client is slow where it does not take it, not where much happens. */
const batchedLength = 16 * 1024;

/** An office that serves any number of outboxes. */
export function createSendQueue(clock: Pick<Clock, 'monotonic'>): SendQueue {
  const empty = emptyBatch();
  const forget = () => {
    empty.larger = null;
  };
  return { empty, flushes: createFlushQueue(deliver, forget, clock) };
}

/** The outbox of a socket, empty. */
export function createSendBuffer(socket: WebSocket, connection: Duplex, queue: SendQueue): SendBuffer {
  return {
    socket,
    connection,
    queue,
    batch: null,
    postedLength: 0,
    isFull: false,
    held: null,
    heldLength: 0,
    waiting: null,
  };
}

/** Sends a letter under an id; every one goes through here. */
export function post(buffer: SendBuffer, frame: Frame, id = ''): void {
  const { queue } = buffer;
  if (buffer.postedLength === 0) queue.flushes.schedule(buffer);
  if (buffer.batch !== null && buffer.batch.length + frame.length > batchedLength) write(buffer);
  buffer.batch = add(buffer.batch ?? queue.empty, frame, id);
  buffer.postedLength += frame.length;
}

/** Whether `room` would fulfil at once. */
export function hasRoom({ isFull, postedLength }: SendBuffer): boolean {
  return !isFull && postedLength <= batchedLength;
}

/**
 * Fulfils when the client has read so much that more may be sent, or is gone; not before the next turn where much was sent in this one.
 * Whoever waits for it goes no faster than the client reads, and lets others have their turns.
 */
export function room(buffer: SendBuffer): Promise<void> {
  if (hasRoom(buffer)) return Promise.resolve();
  return new Promise((resolve) => {
    buffer.waiting ??= [];
    buffer.waiting.push(resolve);
  });
}

/** Sends a state under an id, or holds it back until the client has read what was sent before. */
export function show(buffer: SendBuffer, id: string, frame: Frame): void {
  const { socket, isFull, held } = buffer;
  if (socket.readyState !== socket.OPEN) return;
  const waiting = held?.get(id);
  if (waiting === undefined && !isFull) {
    post(buffer, frame, id);
    return;
  }
  buffer.heldLength += frame.length - (waiting?.frame.length ?? 0);
  if (waiting !== undefined) {
    waiting.frame = frame;
    return;
  }
  buffer.held ??= new Map();
  buffer.held.set(id, { frame, end: null });
}

/** Sends the last letter under an id, after the state that is held back there; `onSent` is called when it goes out. */
export function end(buffer: SendBuffer, id: string, frame: Frame, onSent: () => void): void {
  const waiting = buffer.held?.get(id);
  if (waiting !== undefined) {
    waiting.end = { frame, onSent };
    return;
  }
  onSent();
  post(buffer, frame, id);
}

/** Forgets what is held back under an id. */
export function drop(buffer: SendBuffer, id: string): void {
  const { held } = buffer;
  const dropped = held?.get(id);
  if (held === null || dropped === undefined) return;
  buffer.heldLength -= dropped.frame.length;
  held.delete(id);
  if (held.size === 0) buffer.held = null;
}

/** Closes the socket after what is due. */
export function close(buffer: SendBuffer, code: number, reason: string): void {
  write(buffer);
  buffer.socket.close(code, reason);
}

/** How much the client has not read, in bytes: what the socket buffers, and what is held back (counted as one byte a character). */
export function unsentOf({ connection, heldLength }: SendBuffer): number {
  return connection.writableLength + heldLength;
}

/** The end of a turn. */
function deliver(buffer: SendBuffer): void {
  buffer.postedLength = 0;
  write(buffer);
  if (!buffer.isFull) resume(buffer);
}

/** Hands the kernel what was gathered. */
function write(buffer: SendBuffer): void {
  const { socket, connection, batch, isFull } = buffer;
  buffer.batch = null;
  if (batch === null || socket.readyState !== socket.OPEN) return;
  const bytes = bytesOf(batch);
  if (isFull || connection.writableLength + bytes.length <= fullAtBytes) {
    connection.write(bytes);
    return;
  }
  buffer.isFull = true;
  // Once the kernel has taken this it has taken all before it: there is room again.
  connection.write(bytes, () => makeRoom(buffer));
}

function makeRoom(buffer: SendBuffer): void {
  buffer.isFull = false;
  resume(buffer);
  releaseHeld(buffer);
}

/** Those who wait go on. */
function resume(buffer: SendBuffer): void {
  const { waiting } = buffer;
  buffer.waiting = null;
  for (const goOn of waiting ?? []) goOn();
}

/** What was held back goes out until the buffer is full again. */
function releaseHeld(buffer: SendBuffer): void {
  const { socket, held } = buffer;
  if (socket.readyState !== socket.OPEN) return;
  for (const [id, { frame, end: ending }] of held ?? []) {
    if (buffer.isFull) return;
    drop(buffer, id);
    post(buffer, frame, id);
    if (ending !== null) end(buffer, id, ending.frame, ending.onSent);
  }
}
