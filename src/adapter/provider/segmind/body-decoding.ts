import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { unzstd } from './zstd.ts';

/** Decodes one layer of a body; throws if it is invalid, or if it decodes to more than `maxBytes`. */
type Decode = (bytes: Uint8Array, maxBytes: number) => Uint8Array;

// A truncated body is decoded as far as it goes: its JSON may be complete all the same.
const inflateOptions = (maxBytes: number) => ({ maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });

const gunzip: Decode = (bytes, maxBytes) => gunzipSync(bytes, inflateOptions(maxBytes));

/** The decoder of each content coding (RFC 9110). */
const decodings = new Map<string, Decode>([
  ['identity', (bytes) => bytes],
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // Many servers omit the two-byte header of RFC 1950 and send the raw stream.
  [
    'deflate',
    (bytes, maxBytes) => (hasZlibHeader(bytes) ? inflateSync : inflateRawSync)(bytes, inflateOptions(maxBytes)),
  ],
  [
    'br',
    (bytes, maxBytes) =>
      brotliDecompressSync(bytes, { maxOutputLength: maxBytes, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  ],
  ['zstd', unzstd],
]);

/** The first bytes of a coded body, for when no header names the coding. */
const signatures: readonly { readonly coding: string; readonly start: readonly number[] }[] = [
  { coding: 'gzip', start: [0x1f, 0x8b] },
  { coding: 'zstd', start: [0x28, 0xb5, 0x2f, 0xfd] },
];

const maxLayers = 3;

/**
 * Decodes a body's content codings, named in its header (`gzip`, `gzip, br`) or recognised by its first bytes. A body that does not match
 * its header is returned as it is. Null if the decoded body is longer than `maxBytes`.
 */
export function decodeBody(bytes: Uint8Array, contentEncoding: string | null, maxBytes: number): Uint8Array | null {
  const named = (contentEncoding ?? '').toLowerCase().split(',');
  const codings = named.map((coding) => coding.trim()).filter((coding) => coding !== '');
  if (codings.length > maxLayers) return null;
  const layers = codings.length > 0 ? codings.reverse() : codingsSeenIn(bytes);
  let decoded = bytes;
  for (const coding of layers) {
    try {
      decoded = decodings.get(coding)?.(decoded, maxBytes) ?? decoded;
    } catch {
      // A proxy may have decoded the body and kept the header. If this is not text either, the JSON parser refuses it.
      return decoded;
    }
  }
  return decoded.byteLength > maxBytes ? null : decoded;
}

function codingsSeenIn(bytes: Uint8Array): readonly string[] {
  const seen = signatures.find(({ start }) => start.every((byte, index) => bytes[index] === byte));
  return seen === undefined ? [] : [seen.coding];
}

function hasZlibHeader(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}
