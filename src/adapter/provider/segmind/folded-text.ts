/** A text reduced to its words: letters and digits without case and marks, one space between words; and where each character stood. */
export type FoldedText = {
  readonly text: string;
  /** For each UTF-16 unit of `text`, where its source begins and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
};

const backslashes = '(?:\\\\|%5c)+';

/** One character as texts may write it: an escape of JSON, an entity of HTML, bytes of a URL, or itself. */
const writtenCharacter = new RegExp(
  [
    `${backslashes}u(?<high>d[89ab][0-9a-f]{2})${backslashes}u(?<low>d[c-f][0-9a-f]{2})`,
    `${backslashes}u(?<unit>[0-9a-f]{4})`,
    `${backslashes}[nrtbfv]`,
    '&#(?<decimal>\\d{1,7});',
    '&#x(?<hex>[0-9a-f]{1,6});',
    '&[a-z]{2,8};',
    '(?<bytes>(?:%(?!5c)[0-9a-f]{2})+)',
    backslashes,
    '(?<self>[\\s\\S])',
  ].join('|'),
  'giu',
);

/**
 * Folds a text, so that two writings of the same words become equal: `Credit\u00a0CARD`, `credit\ncard` as JSON escapes it, and
 * `cr\u00e9dit&nbsp;card` all become `credit card`.
 */
export function foldText(source: string): FoldedText {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const match of source.matchAll(writtenCharacter)) {
    const end = match.index + match[0].length;
    for (const character of foldedCharacters(characterOf(match.groups ?? {}))) {
      if (character === ' ' && (text === '' || text.endsWith(' '))) continue;
      text += character;
      starts.push(...new Array<number>(character.length).fill(match.index));
      ends.push(...new Array<number>(character.length).fill(end));
    }
  }
  return { text, starts, ends };
}

/** The characters that one written character stands for; a space for an escape of no letter. */
function characterOf({ high, low, unit, decimal, hex, bytes, self }: Partial<Record<string, string>>): string {
  if (self !== undefined) return self;
  if (high !== undefined && low !== undefined)
    return String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  if (code <= 0x10_ff_ff) return String.fromCodePoint(code);
  return bytes === undefined ? ' ' : decodedBytes(bytes);
}

function decodedBytes(bytes: string): string {
  try {
    return decodeURIComponent(bytes);
  } catch {
    // The bytes are no UTF-8: a percent sign that is only a percent sign.
    return bytes;
  }
}

/** A character's letters and digits in one case, a space for what separates words, and nothing for marks and invisible characters. */
function* foldedCharacters(written: string): Generator<string> {
  // Small, large, small: `ẞ`, `ß` and `SS` become `ss`.
  const oneCase = written.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFKD');
  for (const character of oneCase) {
    if (/[\p{L}\p{N}]/u.test(character)) yield character;
    else if (!/[\p{M}\p{Cf}\p{Cs}]|(?!\s)\p{Cc}/u.test(character)) yield ' ';
  }
}
