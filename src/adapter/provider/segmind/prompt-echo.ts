import { type FoldedText, foldText } from './folded-text.ts';

/** A part of a text, from its first character to before its last. */
type Span = { readonly start: number; readonly end: number };

/** A text and the job's prompt, both folded; `source` is the text as it came. */
type Pair = { readonly source: string; readonly text: FoldedText; readonly prompt: string };

/** More of a text is not read: a reason is a sentence, and the search takes time. */
const maxCharacters = 16_000;

/** So many colons and ellipses are looked at. */
const maxSigns = 100;

/** So many characters in a row that are also in the prompt are its echo; fewer may be chance. */
const minRun = 20;

/** The same for scripts in which a character is a syllable or a word. */
const minDenseRun = 7;

const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What stands around a word that is quoted or cut. An apostrophe within a word is none of these. */
const quotes = new RegExp(
  [
    /["“”„«»「」『』`()[\]{}<>…]|\.{2,}|&(?:quot|apos|lt|gt);|&#(?:34|39);|%2[27]/,
    /(?<![\p{L}\p{N}])['‘’]|['‘’](?![\p{L}\p{N}])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);

/** What introduces a prompt, with or without its name. */
const labels = /(?<name>(?:prompt|input|query|description)["'\\]*\s*(?:is|was)?\s*)?[:=]\s*/gi;

/** The end of an echo: the text or the line ends, or a sign shows that it was cut. */
const atEnd = /^[\s\\.…"'“”’)\]}>]*(?:$|\n)|^\s*(?:…|\.{2,})/;

/**
 * A text in which `[prompt]` replaces what repeats the job's prompt, because the prompt's words are not the provider's. The echo may be
 * cut at either end, quoted, escaped, in another case or with other white space. Text beyond 16,000 characters is dropped.
 */
export function withoutPrompt(text: string, prompt: string | null): string {
  const source = text.slice(0, maxCharacters);
  const words = foldText(prompt ?? '').text.trim();
  if (words === '') return source;
  const pair: Pair = { source, text: foldText(source), prompt: words };
  const spans = [...runsIn(pair), ...wholePromptsIn(pair), ...quotedIn(pair), ...labelledIn(pair), ...cutIn(pair)];
  return masked(source, spans);
}

/** Long runs of the prompt's characters, wherever they begin in it. */
function runsIn({ text, prompt }: Pair): readonly Span[] {
  const min = dense.test(prompt) ? minDenseRun : minRun;
  const spans: Span[] = [];
  for (let from = 0; from + min <= text.text.length; ) {
    const length = prompt.includes(text.text.slice(from, from + min)) ? runFrom(text.text, from, prompt) : 0;
    if (length > 0) spans.push(spanOf(text, from, from + length));
    from += Math.max(length, 1);
  }
  return spans;
}

/** Every place of the whole prompt. One word alone may as well be the provider's, so it needs a sign that it is quoted. */
function wholePromptsIn({ text, prompt }: Pair): readonly Span[] {
  if (!prompt.includes(' ') && !(dense.test(prompt) && prompt.length > 3)) return [];
  const spans: Span[] = [];
  for (let at = text.text.indexOf(prompt); at >= 0; at = text.text.indexOf(prompt, at + prompt.length)) {
    const end = at + prompt.length;
    if (isWordBorder(text.text, at) && isWordBorder(text.text, end)) spans.push(spanOf(text, at, end));
  }
  return spans;
}

/** What stands between two quotes, or between one and an end of the text, if all of it is in the prompt. */
function quotedIn({ source, prompt }: Pair): readonly Span[] {
  const marks = [...source.matchAll(quotes)].map(({ index, 0: mark }) => ({ start: index, end: index + mark.length }));
  const isOneWord = (words: string) => prompt === words && !source.trim().includes(' ');
  const starts = [0, ...marks.map(({ end }) => end)];
  const ends = [...marks.map(({ start }) => start), source.length];
  return starts.flatMap((start, index) => {
    const end = ends[index] ?? source.length;
    const words = foldText(source.slice(start, end)).text.trim();
    const isEcho = words !== '' && (marks.length > 0 ? prompt.includes(words) : isOneWord(words));
    return isEcho ? [{ start, end }] : [];
  });
}

/** What follows `prompt:` or another colon, if it begins like the prompt or the text ends with it. */
function labelledIn({ source, text, prompt }: Pair): readonly Span[] {
  return [...source.matchAll(labels)].slice(0, maxSigns).flatMap(({ index, 0: label, groups }) => {
    const at = text.starts.findIndex((start) => start >= index + label.length);
    const from = text.text[at] === ' ' ? at + 1 : at;
    if (at < 0 || from >= text.text.length) return [];
    const words = text.text.slice(from, from + runFrom(text.text, from, prompt)).trimEnd();
    if (words === '') return [];
    const span = spanOf(text, from, from + words.length);
    const isStart = prompt.startsWith(words);
    const isLast = atEnd.test(source.slice(span.end));
    const isNamed = groups?.['name'] !== undefined;
    const isEcho = isNamed ? isStart || isLast : isStart && isLast && (words === prompt || words.includes(' '));
    return isEcho ? [span] : [];
  });
}

/** Two words or more of the prompt's start before an ellipsis, or of its end after one. */
function cutIn({ source, text, prompt }: Pair): readonly Span[] {
  return [...source.matchAll(/…|\.{2,}/g)].slice(0, maxSigns).flatMap(({ index, 0: ellipsis }) => {
    const before = text.ends.findLastIndex((end) => end <= index) + 1;
    const after = text.starts.findIndex((start) => start >= index + ellipsis.length);
    const start = startOfRun(text.text, before, prompt);
    const length = after < 0 ? 0 : runFrom(text.text, after, prompt);
    const head = text.text.slice(start, before).trim();
    const tail = text.text.slice(Math.max(after, 0), after + length).trim();
    return [
      ...(head.includes(' ') && prompt.startsWith(head) ? [spanOf(text, start, before)] : []),
      ...(tail.includes(' ') && prompt.endsWith(tail) ? [spanOf(text, after, after + length)] : []),
    ];
  });
}

/** The length of the longest part of a text that begins at `from` and is in the prompt. */
function runFrom(text: string, from: number, prompt: string): number {
  return longest(Math.min(text.length - from, prompt.length), (length) =>
    prompt.includes(text.slice(from, from + length)),
  );
}

/** Where the longest start of the prompt that ends at `to` begins in a text; `to` if none does. */
function startOfRun(text: string, to: number, prompt: string): number {
  const lengths = Array.from({ length: Math.min(to, prompt.length) }, (_, index) => index + 1);
  const head = text.slice(0, to).trimEnd();
  const length = lengths.findLast((each) => head.endsWith(prompt.slice(0, each).trimEnd())) ?? 0;
  return head.length - prompt.slice(0, length).trimEnd().length;
}

/** The largest number up to `max` for which a test holds, if it holds for all smaller ones. */
function longest(max: number, holds: (length: number) => boolean): number {
  let [low, high] = [0, max];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isWordBorder(text: string, at: number): boolean {
  const [before = ' ', after = ' '] = [text[at - 1], text[at]];
  return before === ' ' || after === ' ' || dense.test(before) || dense.test(after);
}

/** Where a part of a folded text stood, without the spaces around it. */
function spanOf({ text, starts, ends }: FoldedText, from: number, to: number): Span {
  const part = text.slice(from, to);
  const first = from + part.length - part.trimStart().length;
  const last = from + part.trimEnd().length - 1;
  return { start: starts[first] ?? 0, end: ends[last] ?? 0 };
}

/** Replaces the spans. Between two of them without a letter or a digit, the prompt goes on. */
function masked(source: string, spans: readonly Span[]): string {
  const sorted = spans.filter(({ start, end }) => start < end).toSorted((one, other) => one.start - other.start);
  let text = '';
  let written = 0;
  for (const { start, end } of sorted) {
    if (end <= written) continue;
    const between = source.slice(written, Math.max(start, written));
    const goesOn = text.endsWith('[prompt]') && !/[\p{L}\p{N}]/u.test(between);
    if (!goesOn) text += `${between}[prompt]`;
    written = end;
  }
  return text + source.slice(written);
}
