/**
 * What is sent to one socket or to thousands: a message, the same for all but for the id that it comes under. What is the same is
 * encoded once; sockets that chose the same id, as clients that count do, are sent the very same bytes.
 */
export interface Frame {
  /** How long it is, in characters and without the id: what unsent letters are counted by. */
  readonly length: number;
  /** The whole WebSocket frame for an id; not to be written to. */
  bytesFor(id: string): Buffer;
}

/** A message with an id: JSON text of an object, from what follows the id on. */
export function addressedFrame(rest: string): Frame {
  let bytes: Buffer | null = null;
  let newest: { readonly id: string; readonly frame: Buffer } | null = null;
  return {
    length: rest.length,
    bytesFor(id) {
      if (newest?.id === id) return newest.frame;
      bytes ??= Buffer.from(rest);
      const frame = frameOf(Buffer.from(`{"id":${JSON.stringify(id)}`), bytes);
      newest = { id, frame };
      return frame;
    },
  };
}

/** A message without an id, as JSON text. */
export function plainFrame(text: string): Frame {
  return { length: text.length, bytesFor: () => frameOf(Buffer.from(text)) };
}

/** Text, whole in one frame, unmasked as servers send. */
const wholeText = 0x81;

/** A text frame (RFC 6455, section 5.2). ws's own sender would write header and text apart, for each socket anew. */
function frameOf(...deps: readonly Buffer[]): Buffer {
  const length = deps.reduce((sum, part) => sum + part.length, 0);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = wholeText;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let at = headerLength;
  for (const part of deps) at += part.copy(frame, at);
  return frame;
}
