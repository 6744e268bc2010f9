/** The first and the last requested byte, both included. */
export type ByteRange = { readonly first: number; readonly last: number };

/**
 * Reads a Range header for `size` bytes (RFC 9110, 14.1.2 and 14.2). Null means that the whole file is sent: for another unit, an invalid
 * header, and several ranges at once, which a server may ignore.
 */
export function readRange(header: string, size: number): ByteRange | 'unsatisfiable' | null {
  const [matched, firstText, lastText] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header) ?? [];
  if (matched === undefined || (firstText === '' && lastText === '')) return null;
  if (firstText === '') {
    const length = Math.min(Number(lastText), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(firstText);
  const last = lastText === '' ? Number.POSITIVE_INFINITY : Number(lastText);
  if (last < first) return null;
  return first < size ? { first, last: Math.min(last, size - 1) } : 'unsatisfiable';
}
