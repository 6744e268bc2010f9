import type { WebSocket } from 'ws';
import { nextFrame } from './message.ts';

/**
 * What goes out through one socket. While its client does not read, what is only worth its newest state is held back and replaced by what
 * is newer, so that memory stays flat however much happens meanwhile; the last state and the end of a subscription are never dropped.
 */
export type Outbox = {
  readonly socket: WebSocket;
  /** By id, in the order in which they began to wait. */
  readonly held: Map<string, Held>;
  heldLength: number;
  /** Whether the client has yet to read so much that states are held back. */
  isFull: boolean;
};

/** A state that waits, and what ends its subscription after it. */
type Held = { payload: string; end: { readonly frame: string; readonly onSent: () => void } | null };

const fullAtBytes = 64 * 1024;

/** The outbox of a socket, empty. */
export function createOutbox(socket: WebSocket): Outbox {
  return { socket, held: new Map(), heldLength: 0, isFull: false };
}

/** Sends a frame; every one goes through here. `onTaken` is called once the kernel has taken it, or the socket is gone. */
export function post(outbox: Outbox, frame: string, onTaken?: () => void): void {
  const { socket, isFull } = outbox;
  if (isFull || socket.bufferedAmount + frame.length <= fullAtBytes) {
    socket.send(frame, onTaken);
    return;
  }
  outbox.isFull = true;
  // Once the kernel has taken this frame it has taken all before it: there is room again.
  socket.send(frame, () => {
    outbox.isFull = false;
    onTaken?.();
    flush(outbox);
  });
}

/** Sends a frame and waits until the kernel has taken it: whoever does goes no faster than the client reads. */
export function send(outbox: Outbox, frame: string): Promise<void> {
  return new Promise((resolve) => post(outbox, frame, () => resolve()));
}

/** Sends a state under an id, or holds it back until the client has read what was sent before; the payload is JSON text. */
export function show(outbox: Outbox, id: string, payload: string): void {
  const { socket, held, isFull } = outbox;
  if (socket.readyState !== socket.OPEN) return;
  const waiting = held.get(id);
  if (waiting === undefined && !isFull) {
    post(outbox, nextFrame(id, payload));
    return;
  }
  outbox.heldLength += payload.length - (waiting?.payload.length ?? 0);
  if (waiting === undefined) held.set(id, { payload, end: null });
  else waiting.payload = payload;
}

/** Sends the last frame under an id, after the state that is held back there; `onSent` is called when it goes out. */
export function end(outbox: Outbox, id: string, frame: string, onSent: () => void): void {
  const waiting = outbox.held.get(id);
  if (waiting !== undefined) {
    waiting.end = { frame, onSent };
    return;
  }
  onSent();
  post(outbox, frame);
}

/** Forgets what is held back under an id. */
export function drop(outbox: Outbox, id: string): void {
  outbox.heldLength -= outbox.held.get(id)?.payload.length ?? 0;
  outbox.held.delete(id);
}

/** How much the client has not read, in bytes: what the socket buffers, and what is held back (counted as one byte a character). */
export function unsentOf({ socket, heldLength }: Outbox): number {
  return socket.bufferedAmount + heldLength;
}

/** What was held back goes out until the buffer is full again. */
function flush(outbox: Outbox): void {
  const { socket, held } = outbox;
  if (socket.readyState !== socket.OPEN) return;
  for (const [id, { payload, end: ending }] of held) {
    if (outbox.isFull) return;
    drop(outbox, id);
    post(outbox, nextFrame(id, payload));
    if (ending !== null) end(outbox, id, ending.frame, ending.onSent);
  }
}
