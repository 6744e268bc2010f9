import type { Video } from '../../../domain/job.ts';
import { embeddedJson } from './json-text.ts';
import { mediaTypeOf, suffixOf, type TypeHint, typeOf, typeOfSuffix } from './media-type.ts';
import { readMediaUrl } from './media-url.ts';
import { isFileName, type NameHint, nameOf, nameOfKeyname } from './output-name.ts';
import { bareRank, type Found, rankOf } from './output-rank.ts';
import { isRecord, type JsonObject, numberOf } from './response.ts';
import { expiryIn, expiryOfUrl } from './url-expiry.ts';

/** What an output holds: its best video and the number of videos, a sentence, and a seed. */
export type Output = {
  /** `expiresAt` is null if neither the item nor its URL gives one. */
  readonly video: Video | null;
  readonly videos: number;
  /** The video's rank, see output-rank.ts; null if there is no video. */
  readonly rank: number | null;
  /** The first sentence in the place of a video; null if there is none. */
  readonly sentence: string | null;
  readonly seed: unknown;
};

/** What reading an output needs beside it. */
export type OutputContext = {
  readonly now: number;
  /** The provider's origin, against which relative URLs resolve. */
  readonly origin: string;
  /** Whether a URL must not be given to a browser. */
  readonly isSecret: (url: string) => boolean;
};

/** A member of a record that may hold a video. */
export type OutputPart = { readonly record: JsonObject; readonly name: string };

/** What the records around a value say about it. */
type Surroundings = {
  /** Whether it is part of the provider's own `output` member. */
  readonly isOutput: boolean;
  /** Whether a URL without any hint counts here: in `output`, or in a result if no record on the way has an `output`. */
  readonly mayBeBare: boolean;
  readonly name: NameHint;
  readonly type: TypeHint;
  readonly mediaType: string | null;
  readonly expiresAt: number | null;
};

/** A value somewhere in an output; `member` is the name of the member that holds it or its list. */
type Place = Surroundings & { readonly value: unknown; readonly member: string };

/** A usable URL. The lowest rank wins, then the lowest order, then the first in the document. */
type Candidate = { readonly video: Video; readonly rank: number; readonly order: number };

const keynames = ['keyname', 'keyName', 'key_name'];

/** Members that label a thing or repeat the request, so that a sentence in them is not the provider's reason. */
const labels = /^(?:id|uuid|name|keyname|key_name|type|kind|format|prompt|text_prompt|model|title|label|.*_id)$/i;

/**
 * Reads the parts of a finished job's record that may hold a video, in every form seen so far, and ranks the URLs that it finds.
 * Forms: `"[{\"keyname\":\"Video\",\"value\":{\"data\":URL,\"type\":\"video\"}}]"`, that text encoded twice, its parsed value, a plain URL,
 * and a list or an object of URLs.
 */
export function readOutput(parts: readonly OutputPart[], context: OutputContext): Output {
  const candidates: Candidate[] = [];
  let sentence: string | null = null;
  let seed: unknown;
  for (const place of placesIn(parts, context.now)) {
    if (isRecord(place.value)) seed ??= place.value['seed'];
    if (typeof place.value !== 'string') continue;
    const candidate = candidateOf(place, place.value, context);
    if (candidate !== null) candidates.push(candidate);
    else if (isSentence(place, place.value)) sentence ??= place.value.trim();
  }
  return { ...best(candidates), sentence, seed };
}

function best(candidates: readonly Candidate[]): Pick<Output, 'video' | 'videos' | 'rank'> {
  const rank = Math.min(...new Set(candidates.map((candidate) => candidate.rank)));
  const equals = candidates.filter((candidate) => candidate.rank === rank);
  const order = Math.min(...new Set(equals.map((candidate) => candidate.order)));
  const videos = new Set(equals.map(({ video }) => video.url)).size;
  if (rank === bareRank && videos > 1) return { video: null, videos: 0, rank: null };
  const video = equals.find((candidate) => candidate.order === order)?.video ?? null;
  return { video, videos, rank: video === null ? null : rank };
}

/** Yields every text and object in document order. It keeps its own stack: a body of 1 MiB can be nested deeper than the call stack. */
function* placesIn(parts: readonly OutputPart[], now: number): Generator<Place> {
  const stack = parts.map((part) => rootOf(part, now)).reverse();
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value } = place;
    // Each inner text is shorter, so the loop ends.
    const inner = typeof value === 'string' ? embeddedJson(value) : undefined;
    if (inner !== undefined) stack.push({ ...place, value: inner });
    else if (typeof value === 'string') yield place;
    else {
      if (isRecord(value)) yield place;
      for (const child of childrenOf(place, now).reverse()) stack.push(child);
    }
  }
}

function rootOf({ record, name }: OutputPart, now: number): Place {
  const isOutput = name === 'output';
  // A record's own `url` may as well be its page or the address to poll.
  const mayBeBare = isOutput || name !== 'url';
  const nothing = { isOutput, mayBeBare, name: null, type: null, mediaType: null, expiresAt: null };
  return memberOf(around(nothing, record, now), name, record[name]);
}

function childrenOf(place: Place, now: number): Place[] {
  const { value } = place;
  if (Array.isArray(value)) return value.map((child: unknown) => ({ ...place, value: child }));
  if (!isRecord(value)) return [];
  const surroundings = around(place, value, now);
  return Object.entries(value).map(([member, child]) => memberOf(surroundings, member, child));
}

/** The surroundings of an item's members. */
function around(outside: Surroundings, item: JsonObject, now: number): Surroundings {
  return {
    isOutput: outside.isOutput,
    mayBeBare: outside.isOutput || (outside.mayBeBare && !Object.hasOwn(item, 'output')),
    name: nameAround(outside.name, item),
    type: typeOf(item) ?? outside.type,
    mediaType: mediaTypeOf(item) ?? outside.mediaType,
    expiresAt: expiryIn(item, now) ?? outside.expiresAt,
  };
}

function memberOf(surroundings: Surroundings, member: string, value: unknown): Place {
  return { ...surroundings, value, member, name: stronger(surroundings.name, nameOf(member)) };
}

/** Adds the hint of an item's own keyname. The addresses of a request (`{get, cancel}`) hold no video. */
function nameAround(name: NameHint, item: JsonObject): NameHint {
  if (typeof item['get'] === 'string' && typeof item['cancel'] === 'string') return 'never';
  const keyname = keynames.map((member) => item[member]).find((value) => typeof value === 'string');
  return stronger(name, typeof keyname === 'string' ? nameOfKeyname(keyname) : null);
}

function stronger(one: NameHint, other: NameHint): NameHint {
  const outweighing = (['never', 'unlikely'] as const).find((hint) => one === hint || other === hint);
  return outweighing ?? one ?? other;
}

function candidateOf(place: Place, text: string, { now, origin, isSecret }: OutputContext): Candidate | null {
  const url = readMediaUrl(text, origin);
  if (url === null || isSecret(url.href)) return null;
  const found: Found = { url, type: place.type, name: place.name, mayBeBare: place.mayBeBare };
  const rank = rankOf(found);
  if (rank === null) return null;
  const contentType = place.mediaType ?? typeOfSuffix(suffixOf(url.url)) ?? 'video/mp4';
  const video = { url: url.href, contentType, expiresAt: place.expiresAt ?? expiryOfUrl(url.url, now) };
  return { video, rank, order: (url.isRelative ? 2 : 0) + (isFileName(place.member) ? 0 : 1) };
}

/** Whether a text in the place of a video is a sentence: two or more words, or characters of a script without spaces. */
function isSentence({ member, name, type, isOutput }: Place, text: string): boolean {
  if (name === 'never' || name === 'unlikely' || type === 'never' || labels.test(member)) return false;
  if (!isOutput && name !== 'video' && type !== 'video') return false;
  return /\p{L}\S*\s+\S*\p{L}/u.test(text) || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2}/u.test(text);
}

/** The provider's seed, a number or its digits; null if it is not a safe integer. */
export function readSeed(value: unknown): number | null {
  const seed = numberOf(value);
  return seed !== null && Number.isSafeInteger(seed) ? seed : null;
}
