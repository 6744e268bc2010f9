/**
 * A message for one socket or for thousands. Only the id differs between them, so the rest is encoded once. Sockets whose clients chose
 * the same id, as clients that count do, share the bytes of the whole frame.
 */
export interface Frame {
  /** In characters, without the id; unsent frames are counted by it. */
  readonly length: number;
  /** The whole WebSocket frame for an id. The bytes are shared and must not be changed. */
  bytesFor(id: string): Buffer;
}

/** A message with an id. `rest` is its JSON text after the id: `,"type":"next","payload":{…}}`. */
export function addressedFrame(rest: string): Frame {
  let bytes: Buffer | null = null;
  let newest: { readonly id: string; readonly frame: Buffer } | null = null;
  const restBytes = () => {
    bytes ??= Buffer.from(rest);
    return bytes;
  };
  return {
    length: rest.length,
    bytesFor(id) {
      if (newest?.id === id) return newest.frame;
      const frame = newest === null ? textFrame(startOf(id) + rest) : frameOf(Buffer.from(startOf(id)), restBytes());
      newest = { id, frame };
      return frame;
    },
  };
}

function startOf(id: string): string {
  return `{"id":${JSON.stringify(id)}`;
}

/** A message without an id, as JSON text. */
export function plainFrame(text: string): Frame {
  return { length: text.length, bytesFor: () => textFrame(text) };
}

/** The first byte of a text message in one frame: FIN and opcode 1. Servers do not mask. */
const finalText = 0x81;

/** A text frame (RFC 6455, section 5.2). ws's own sender would write header and text separately, again for each socket. */
function frameOf(...parts: readonly Buffer[]): Buffer {
  const { frame, at: start } = frameFor(parts.reduce((sum, part) => sum + part.length, 0));
  let at = start;
  for (const part of parts) at += part.copy(frame, at);
  return frame;
}

/** The frame of one text, which most frames are: it is encoded in place. */
function textFrame(text: string): Buffer {
  const { frame, at } = frameFor(Buffer.byteLength(text));
  frame.write(text, at);
  return frame;
}

/** A frame for a text of this many bytes, which begins at `at`. */
function frameFor(length: number): { readonly frame: Buffer; readonly at: number } {
  const at = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(at + length);
  frame[0] = finalText;
  if (at === 2) {
    frame[1] = length;
  } else if (at === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  return { frame, at };
}
