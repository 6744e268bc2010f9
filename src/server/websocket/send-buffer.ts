import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../ports.ts';
import { createRound, type Round } from './flush-queue.ts';
import type { Frame } from './frame.ts';
import { add, type Bundle, bytesOf, emptyBundle } from './frame-batch.ts';

/**
 * What goes out through one socket. All letters of one turn of the event loop go out in one write, past ws's own sender. While the client
 * does not read, what is only worth its newest state is held back and replaced by what is newer, so that memory stays flat however much
 * happens meanwhile; the last state and the end of a subscription are never dropped.
 */
export type Outbox = {
  readonly socket: WebSocket;
  /** What the socket stands on: whole frames may be written to it as long as the socket is open. */
  readonly connection: Duplex;
  readonly office: Office;
  /** What goes out at the end of this turn. */
  bundle: Bundle | null;
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
export type Office = { readonly empty: Bundle; readonly round: Round<Outbox> };

const fullAtBytes = 64 * 1024;

/** More than this is not gathered, but offered to the kernel as it comes: a client is slow where it does not take it, not where much happens. */
const bundledLength = 16 * 1024;

/** An office that serves any number of outboxes. */
export function createOffice(clock: Pick<Clock, 'monotonic'>): Office {
  const empty = emptyBundle();
  const forget = () => {
    empty.larger = null;
  };
  return { empty, round: createRound(deliver, forget, clock) };
}

/** The outbox of a socket, empty. */
export function createOutbox(socket: WebSocket, connection: Duplex, office: Office): Outbox {
  return {
    socket,
    connection,
    office,
    bundle: null,
    postedLength: 0,
    isFull: false,
    held: null,
    heldLength: 0,
    waiting: null,
  };
}

/** Sends a letter under an id; every one goes through here. */
export function post(outbox: Outbox, frame: Frame, id = ''): void {
  const { office } = outbox;
  if (outbox.postedLength === 0) office.round.visit(outbox);
  if (outbox.bundle !== null && outbox.bundle.length + frame.length > bundledLength) write(outbox);
  outbox.bundle = add(outbox.bundle ?? office.empty, frame, id);
  outbox.postedLength += frame.length;
}

/** Whether `room` would fulfil at once. */
export function hasRoom({ isFull, postedLength }: Outbox): boolean {
  return !isFull && postedLength <= bundledLength;
}

/**
 * Fulfils when the client has read so much that more may be sent, or is gone; not before the next turn where much was sent in this one.
 * Whoever waits for it goes no faster than the client reads, and lets others have their turns.
 */
export function room(outbox: Outbox): Promise<void> {
  if (hasRoom(outbox)) return Promise.resolve();
  return new Promise((resolve) => {
    outbox.waiting ??= [];
    outbox.waiting.push(resolve);
  });
}

/** Sends a state under an id, or holds it back until the client has read what was sent before. */
export function show(outbox: Outbox, id: string, frame: Frame): void {
  const { socket, isFull, held } = outbox;
  if (socket.readyState !== socket.OPEN) return;
  const waiting = held?.get(id);
  if (waiting === undefined && !isFull) {
    post(outbox, frame, id);
    return;
  }
  outbox.heldLength += frame.length - (waiting?.frame.length ?? 0);
  if (waiting !== undefined) {
    waiting.frame = frame;
    return;
  }
  outbox.held ??= new Map();
  outbox.held.set(id, { frame, end: null });
}

/** Sends the last letter under an id, after the state that is held back there; `onSent` is called when it goes out. */
export function end(outbox: Outbox, id: string, frame: Frame, onSent: () => void): void {
  const waiting = outbox.held?.get(id);
  if (waiting !== undefined) {
    waiting.end = { frame, onSent };
    return;
  }
  onSent();
  post(outbox, frame, id);
}

/** Forgets what is held back under an id. */
export function drop(outbox: Outbox, id: string): void {
  const { held } = outbox;
  const dropped = held?.get(id);
  if (held === null || dropped === undefined) return;
  outbox.heldLength -= dropped.frame.length;
  held.delete(id);
  if (held.size === 0) outbox.held = null;
}

/** Closes the socket after what is due. */
export function close(outbox: Outbox, code: number, reason: string): void {
  write(outbox);
  outbox.socket.close(code, reason);
}

/** How much the client has not read, in bytes: what the socket buffers, and what is held back (counted as one byte a character). */
export function unsentOf({ connection, heldLength }: Outbox): number {
  return connection.writableLength + heldLength;
}

/** The end of a turn. */
function deliver(outbox: Outbox): void {
  outbox.postedLength = 0;
  write(outbox);
  if (!outbox.isFull) resume(outbox);
}

/** Hands the kernel what was gathered. */
function write(outbox: Outbox): void {
  const { socket, connection, bundle, isFull } = outbox;
  outbox.bundle = null;
  if (bundle === null || socket.readyState !== socket.OPEN) return;
  const bytes = bytesOf(bundle);
  if (isFull || connection.writableLength + bytes.length <= fullAtBytes) {
    connection.write(bytes);
    return;
  }
  outbox.isFull = true;
  // Once the kernel has taken this it has taken all before it: there is room again.
  connection.write(bytes, () => makeRoom(outbox));
}

function makeRoom(outbox: Outbox): void {
  outbox.isFull = false;
  resume(outbox);
  releaseHeld(outbox);
}

/** Those who wait go on. */
function resume(outbox: Outbox): void {
  const { waiting } = outbox;
  outbox.waiting = null;
  for (const goOn of waiting ?? []) goOn();
}

/** What was held back goes out until the buffer is full again. */
function releaseHeld(outbox: Outbox): void {
  const { socket, held } = outbox;
  if (socket.readyState !== socket.OPEN) return;
  for (const [id, { frame, end: ending }] of held ?? []) {
    if (outbox.isFull) return;
    drop(outbox, id);
    post(outbox, frame, id);
    if (ending !== null) end(outbox, id, ending.frame, ending.onSent);
  }
}
