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
  const { length } = rest;
  // Once there are bytes for an id, the text is in them: each subscription keeps its newest frame, and would keep it twice.
  let text: string | null = rest;
  let newest: { readonly id: string; readonly frame: Buffer; readonly restAt: number } | null = null;
  return {
    length,
    bytesFor(id) {
      if (newest?.id === id) return newest.frame;
      const start = startOf(id);
      const { frame, at } =
        newest === null ? textFrame(start + text) : frameOf(Buffer.from(start), newest.frame.subarray(newest.restAt));
      newest = { id, frame, restAt: at + Buffer.byteLength(start) };
      text = null;
      return frame;
    },
  };
}

function startOf(id: string): string {
  return `{"id":${JSON.stringify(id)}`;
}

/** A message without an id, as JSON text. */
export function plainFrame(text: string): Frame {
  return { length: text.length, bytesFor: () => textFrame(text).frame };
}

/** The first byte of a text message in one frame: FIN and opcode 1. Servers do not mask. */
const finalText = 0x81;

/** A text frame (RFC 6455, section 5.2). ws's own sender would write header and text separately, again for each socket. */
function frameOf(start: Buffer, rest: Buffer): Framed {
  const framed = frameFor(start.length + rest.length);
  start.copy(framed.frame, framed.at);
  rest.copy(framed.frame, framed.at + start.length);
  return framed;
}

/** The frame of one text, which most frames are: it is encoded in place. */
function textFrame(text: string): Framed {
  const framed = frameFor(Buffer.byteLength(text));
  framed.frame.write(text, framed.at);
  return framed;
}

/** A frame, and where its text begins. */
type Framed = { readonly frame: Buffer; readonly at: number };

/** A frame for a text of this many bytes. */
function frameFor(length: number): Framed {
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
