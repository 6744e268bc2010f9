import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { unzstd } from './zstd.ts';

/** Decodes one layer of a body, to no more than `maxBytes`; throws where it cannot, or where more would come. */
type Decode = (bytes: Uint8Array, maxBytes: number) => Uint8Array;

// What arrived of a body that broke off is decoded as far as it goes: its JSON may be whole all the same.
const inflateOptions = (maxBytes: number) => ({ maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });

const gunzip: Decode = (bytes, maxBytes) => gunzipSync(bytes, inflateOptions(maxBytes));

/** How each content coding (RFC 9110) is undone. */
const decodings = new Map<string, Decode>([
  ['identity', (bytes) => bytes],
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // Many servers send the bare stream, although the coding has a header of two bytes (RFC 1950).
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

/** How a body starts that is coded though no header says so. */
const signatures: readonly { readonly coding: string; readonly start: readonly number[] }[] = [
  { coding: 'gzip', start: [0x1f, 0x8b] },
  { coding: 'zstd', start: [0x28, 0xb5, 0x2f, 0xfd] },
];

const maxLayers = 3;

/**
 * Undoes the content codings of a body, named in a header (`gzip`, `gzip, br`) or seen at its start. A body that is not what its header
 * says is left as it is; null where it is longer than `maxBytes` when decoded.
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
      // A proxy may have decoded the body and kept the header; what is no text either is refused by whoever reads it.
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
