import { Decompress } from 'fzstd';

/** The window that a decoder should support (RFC 8878, 3.1.1.1.2). A frame may ask for gigabytes; more than this is refused. */
const maxWindowBytes = 8 * 1_048_576;

/** Decodes Zstandard (RFC 8878), as far as it arrived. Throws if it is invalid, or if it decodes to more than `maxBytes`. */
export function unzstd(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (windowBytesOf(bytes) > maxWindowBytes) throw new Error('the window of the frame is too large');
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error('the body is too long');
    // The decoder reuses its buffer.
    chunks.push(chunk.slice());
  });
  stream.push(bytes, false);
  return Buffer.concat(chunks);
}

/** How much memory the first frame's header asks for; a truncated header counts as zeros. */
function windowBytesOf(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (isSingleSegment) return contentBytesOf(bytes, descriptor);
  const window = bytes[5] ?? 0;
  const base = 2 ** (10 + (window >> 3));
  return base + (base / 8) * (window & 7);
}

function contentBytesOf(bytes: Uint8Array, descriptor: number): number {
  const idBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6] ?? 1;
  const size = [...bytes.slice(5 + idBytes, 5 + idBytes + sizeBytes)];
  return size.reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
}
