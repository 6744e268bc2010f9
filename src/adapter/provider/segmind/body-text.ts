/** Byte order marks and their encodings. */
const marks: readonly { readonly start: readonly number[]; readonly charset: string }[] = [
  { start: [0xef, 0xbb, 0xbf], charset: 'utf-8' },
  { start: [0xff, 0xfe], charset: 'utf-16le' },
  { start: [0xfe, 0xff], charset: 'utf-16be' },
];

const utf8 = new TextDecoder();

/** Decodes a body by its byte order mark, else by the charset of the content type, else as UTF-8. */
export function bodyText(bytes: Uint8Array, contentType: string | null): string {
  const mark = marks.find(({ start }) => start.every((byte, index) => bytes[index] === byte));
  const charset = mark?.charset ?? /charset\s*=\s*"?([\w:.+-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  return (charset.toLowerCase() === 'utf-8' ? utf8 : decoderOf(charset)).decode(bytes);
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    // The charset is unknown.
    return utf8;
  }
}
