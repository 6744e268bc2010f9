import type { Video } from '../../../domain/job.ts';
import { embeddedJson } from './json-text.ts';
import { mediaTypeOf, suffixOf, type TypeSays, typeOf, typeOfSuffix } from './media-type.ts';
import { readMediaUrl } from './media-url.ts';
import { isFileName, type NameSays, nameOf } from './output-name.ts';
import { bareRank, type Found, rankOf } from './output-rank.ts';
import { isRecord, type JsonObject, numberOf } from './response.ts';
import { expiryIn, expiryOfUrl } from './url-expiry.ts';

/** What an output holds: its first video with how many there are, and what else it says. */
export type Output = {
  /** `expiresAt` is null where neither the item nor its URL says one. */
  readonly video: Video | null;
  readonly videos: number;
  /** The first words that stand where a video should; null where there are none. */
  readonly sentence: string | null;
  readonly seed: unknown;
};

/** What reading an output takes beside it. */
export type OutputReading = {
  readonly now: number;
  /** The provider's, for relative URLs. */
  readonly origin: string;
  /** Whether a URL must not be given to a browser. */
  readonly isSecret: (url: string) => boolean;
};

/** A member of a record in which a video may stand. */
export type OutputPart = { readonly record: JsonObject; readonly name: string };

/** What stands around a value. */
type Surroundings = {
  /** Whether it is part of what the provider itself calls the output. */
  readonly isOutput: boolean;
  readonly name: NameSays;
  readonly type: TypeSays;
  readonly mediaType: string | null;
  readonly expiresAt: number | null;
};

/** A value somewhere in an output; `member` is the name of what holds it or the list that it is in. */
type Place = Surroundings & { readonly value: unknown; readonly member: string };

/** A usable URL; the lowest rank wins, and within one rank the lowest order, and then the first. */
type Candidate = { readonly video: Video; readonly rank: number; readonly order: number };

const keynames = ['keyname', 'keyName', 'key_name'];

/** What tells a thing apart or repeats the request, so that words under it are no answer. */
const labels = /^(?:id|uuid|name|keyname|key_name|type|kind|format|prompt|text_prompt|model|title|label|.*_id)$/i;

/**
 * Reads the parts of a finished job's record in which a video may stand, in any form met so far: a JSON text of a list of named outputs,
 * such a text inside a text, what it stands for already parsed, a plain URL, a list or an object of them. Ranks what it finds.
 */
export function readOutput(deps: readonly OutputPart[], reading: OutputReading): Output {
  const candidates: Candidate[] = [];
  let sentence: string | null = null;
  let seed: unknown;
  for (const place of placesIn(deps, reading.now)) {
    if (isRecord(place.value)) seed ??= place.value['seed'];
    if (typeof place.value !== 'string') continue;
    const candidate = candidateOf(place, place.value, reading);
    if (candidate !== null) candidates.push(candidate);
    else if (isSentence(place, place.value)) sentence ??= place.value.trim();
  }
  return { ...best(candidates), sentence, seed };
}

function best(candidates: readonly Candidate[]): Pick<Output, 'video' | 'videos'> {
  const rank = Math.min(...new Set(candidates.map((candidate) => candidate.rank)));
  const equals = candidates.filter((candidate) => candidate.rank === rank);
  const order = Math.min(...new Set(equals.map((candidate) => candidate.order)));
  const videos = new Set(equals.map(({ video }) => video.url)).size;
  if (rank === bareRank && videos > 1) return { video: null, videos: 0 };
  return { video: equals.find((candidate) => candidate.order === order)?.video ?? null, videos };
}

/** Every text and object in document order. Keeps its own stack, because a body of 1 MiB can be nested deeper than calls can. */
function* placesIn(deps: readonly OutputPart[], now: number): Generator<Place> {
  const stack = deps.map((part) => rootOf(part, now)).reverse();
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value } = place;
    // A text inside a text is always the shorter one, so this comes to an end.
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
  const nothing = { isOutput: name === 'output', name: null, type: null, mediaType: null, expiresAt: null };
  return memberOf(around(nothing, record, now), name, record[name]);
}

function childrenOf(place: Place, now: number): Place[] {
  const { value } = place;
  if (Array.isArray(value)) return value.map((child: unknown) => ({ ...place, value: child }));
  if (!isRecord(value)) return [];
  const surroundings = around(place, value, now);
  return Object.entries(value).map(([member, child]) => memberOf(surroundings, member, child));
}

/** What stands around the members of an item. */
function around(outside: Surroundings, item: JsonObject, now: number): Surroundings {
  return {
    isOutput: outside.isOutput,
    name: nameAround(outside.name, item),
    type: typeOf(item) ?? outside.type,
    mediaType: mediaTypeOf(item) ?? outside.mediaType,
    expiresAt: expiryIn(item, now) ?? outside.expiresAt,
  };
}

function memberOf(surroundings: Surroundings, member: string, value: unknown): Place {
  return { ...surroundings, value, member, name: stronger(surroundings.name, nameOf(member)) };
}

/** What an item's own keyname adds. The addresses of a request (`{get, cancel}`) hold no video. */
function nameAround(name: NameSays, item: JsonObject): NameSays {
  if (typeof item['get'] === 'string' && typeof item['cancel'] === 'string') return 'never';
  const keyname = keynames.map((member) => item[member]).find((value) => typeof value === 'string');
  return stronger(name, typeof keyname === 'string' ? nameOf(keyname) : null);
}

function stronger(one: NameSays, other: NameSays): NameSays {
  return one === 'never' || other === 'never' ? 'never' : (one ?? other);
}

function candidateOf(place: Place, text: string, { now, origin, isSecret }: OutputReading): Candidate | null {
  const url = readMediaUrl(text, origin);
  if (url === null || isSecret(url.href)) return null;
  const found: Found = { url, type: place.type, name: place.name };
  const rank = rankOf(found);
  if (rank === null) return null;
  const contentType = place.mediaType ?? typeOfSuffix(suffixOf(url.url)) ?? 'video/mp4';
  const video = { url: url.href, contentType, expiresAt: place.expiresAt ?? expiryOfUrl(url.url, now) };
  return { video, rank, order: (url.isRelative ? 2 : 0) + (isFileName(place.member) ? 0 : 1) };
}

/** Words for a person in the place of a video: two or more, or some in a script without blanks. */
function isSentence({ member, name, type, isOutput }: Place, text: string): boolean {
  if (name === 'never' || type === 'never' || labels.test(member)) return false;
  if (!isOutput && name !== 'video' && type !== 'video') return false;
  return /\p{L}\S*\s+\S*\p{L}/u.test(text) || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2}/u.test(text);
}

/** A seed as the provider says it, in digits or as a number; null where it is none. */
export function readSeed(value: unknown): number | null {
  const seed = numberOf(value);
  return seed !== null && Number.isSafeInteger(seed) ? seed : null;
}
