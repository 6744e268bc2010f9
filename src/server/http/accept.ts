import { eventStream, multipart } from '../graphql/guards.ts';

/** The media type of responses whose status shows whether the request was valid (GraphQL over HTTP). */
export const graphqlJson = 'application/graphql-response+json';

/** The older media type: responses to well-formed requests are 200 even with errors. */
export const plainJson = 'application/json';

/** A media type that a response can have. */
export type ResponseType = typeof graphqlJson | typeof plainJson | typeof eventStream | typeof multipart;

/** Where a client has no preference, the first one wins. */
const responseTypes: readonly ResponseType[] = [plainJson, graphqlJson, eventStream, multipart];

/** The parameters of our multipart responses; a client that names others wants something else, such as deferred fragments. */
const multipartParameters: ReadonlyMap<string, string> = new Map([['subscriptionspec', '1.0']]);

const pageTypes = ['text/html', 'application/xhtml+xml'];

/** One element of an Accept header: `text/*;q=0.5` has the quality 0.5. Names are in lower case; `q=0` refuses the type. */
export type MediaRange = {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
};

/** The media ranges of an Accept header, the preferred first (RFC 9110, section 12.5.1). No header: any type. */
export function readAccept(header: string | undefined): readonly MediaRange[] {
  const text = header === undefined || header.trim() === '' ? '*/*' : header;
  return splitUnquoted(text, ',')
    .map(rangeOf)
    .filter(({ type }) => type !== '')
    .toSorted((a, b) => b.quality - a.quality);
}

function rangeOf(text: string): MediaRange {
  const [type = '', ...rest] = splitUnquoted(text, ';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [name = '', value = ''] = splitUnquoted(part, '=').map((each) => each.trim());
    // Each value counts once, as the first is the one that a reader sees.
    if (name !== '' && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), unquoted(value));
  }
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

/** Splits a header at a separator, except within quoted strings: `a;b="1,2", c` at "," has two parts. */
function splitUnquoted(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at += 1;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.replaceAll(/^"|"$/g, '').replaceAll(/\\(.)/g, '$1') : value;
}

/** The types that a response may have, the preferred first. The most specific range that names a type decides about it. */
export function responseTypesOf(ranges: readonly MediaRange[]): readonly ResponseType[] {
  return responseTypes
    .map((type) => ({ type, range: mostSpecific(ranges, type) }))
    .filter(({ range }) => (range?.quality ?? 0) > 0)
    .toSorted((a, b) => placeOf(ranges, a.range) - placeOf(ranges, b.range))
    .map(({ type }) => type);
}

/** Ranges are sorted by quality, and within it as the client wrote them. */
function placeOf(ranges: readonly MediaRange[], range: MediaRange | undefined): number {
  return range === undefined ? ranges.length : ranges.indexOf(range);
}

function mostSpecific(ranges: readonly MediaRange[], type: ResponseType): MediaRange | undefined {
  const matching = ranges.filter((range) => matches(range, type));
  return matching.toSorted((a, b) => specificityOf(b) - specificityOf(a))[0];
}

/** Parameters of other types, such as `charset` and `boundary`, say how a client reads them, and not what it wants. */
function matches({ type, parameters }: MediaRange, candidate: ResponseType): boolean {
  const [main = ''] = candidate.split('/');
  if (type === '*/*' || type === `${main}/*`) return true;
  if (type !== candidate) return false;
  if (candidate !== multipart) return true;
  return [...parameters].every(
    ([name, value]) => name === 'q' || name === 'boundary' || multipartParameters.get(name) === value,
  );
}

function specificityOf({ type, parameters }: MediaRange): number {
  if (type === '*/*') return 0;
  if (type.endsWith('/*')) return 1;
  return parameters.has('subscriptionspec') ? 3 : 2;
}

/** Whether the client prefers a page: a browser that opens the address. */
export function prefersPage(ranges: readonly MediaRange[]): boolean {
  return pageTypes.includes(ranges.find(({ type, quality }) => quality > 0 && !type.includes('*'))?.type ?? '');
}

/** Whether a type is one of the two for JSON. */
export function isJson(type: ResponseType): type is typeof graphqlJson | typeof plainJson {
  return type === graphqlJson || type === plainJson;
}

/** The media type for JSON: the preferred one of the two. */
export function jsonTypeOf(accepted: readonly ResponseType[]): string {
  return accepted.find(isJson) ?? plainJson;
}
