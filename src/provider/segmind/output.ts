import type { Video } from '../../domain/job.ts';
import { isRecord, type JsonObject } from './answer.ts';
import { embeddedJson } from './json-text.ts';

/** The video that a finished job came to. */
export type Output = Pick<Video, 'url' | 'contentType'>;

/** A value somewhere in an output, with what the objects around it say of it. */
type Place = {
  readonly value: unknown;
  /** The name of the field that holds it or the list that it is in. */
  readonly field: string;
  /** What the nearest type around it says; null where there is none. */
  readonly isVideo: boolean | null;
  readonly contentType: string | null;
};

/** A usable URL. The lowest rank wins, and among equals the first. */
type Candidate = Output & { readonly rank: number };

const suffixTypes = new Map([
  ['mp4', 'video/mp4'],
  ['m4v', 'video/x-m4v'],
  ['webm', 'video/webm'],
  ['mov', 'video/quicktime'],
  ['mkv', 'video/x-matroska'],
  ['avi', 'video/x-msvideo'],
  ['mpeg', 'video/mpeg'],
  ['mpg', 'video/mpeg'],
  ['ogv', 'video/ogg'],
  ['3gp', 'video/3gpp'],
]);

/** What ends like this is no video, whoever says so. */
const otherSuffixes =
  /\.(?:png|jpe?g|webp|gif|avif|bmp|tiff?|svg|heic|ico|mp3|wav|ogg|oga|m4a|aac|flac|opus|pdf|txt|json|html?|php|xml|md|csv)$/i;

const typeFields = ['content_type', 'contentType', 'mime_type', 'mimeType', 'mime', 'type'];
/** Where an item keeps its file, as against its poster or its page. */
const fileFields = new Set(['data', 'url', 'value', 'src', 'uri', 'href', 'video', 'video_url', '']);
const maxUrlCharacters = 8192;

/**
 * Finds the video in a finished job's `output`, in any form met so far: a JSON text of a list of named outputs, such a text inside
 * a text, what it stands for already parsed, a plain URL, a list or an object of them. Prefers the item typed video, then a URL that
 * ends like a video, then the first other http(s) URL depth first. Never a picture, a sound or a page. Null where there is none.
 */
export function readOutput(output: unknown): Output | null {
  let best: Candidate | null = null;
  for (const place of textsIn(output)) {
    const candidate = candidateOf(place);
    if (candidate !== null && candidate.rank < (best?.rank ?? Number.POSITIVE_INFINITY)) best = candidate;
  }
  return best === null ? null : { url: best.url, contentType: best.contentType };
}

/** Every text in document order. Keeps its own stack, because a body of 1 MiB can be nested deeper than calls can. */
function* textsIn(output: unknown): Generator<Place & { readonly value: string }> {
  const stack: Place[] = [{ value: output, field: '', isVideo: null, contentType: null }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value } = place;
    if (typeof value === 'string') {
      const inner = embeddedJson(value);
      // A text inside a text is always the shorter one, so this comes to an end.
      if (inner === undefined) yield { ...place, value: value.trim() };
      else stack.push({ ...place, value: inner });
    } else {
      for (const child of childrenOf(place).reverse()) stack.push(child);
    }
  }
}

function childrenOf(place: Place): Place[] {
  const { value } = place;
  if (Array.isArray(value)) return value.map((child: unknown) => ({ ...place, value: child }));
  if (!isRecord(value)) return [];
  const isVideo = isVideoItem(value) ?? place.isVideo;
  const contentType = contentTypeIn(value) ?? place.contentType;
  return Object.entries(value).map(([field, child]) => ({ value: child, field, isVideo, contentType }));
}

/** What an item's type says; null where it says nothing of the kind. */
function isVideoItem(item: JsonObject): boolean | null {
  const type = typeof item['type'] === 'string' ? item['type'].trim().toLowerCase() : '';
  if (type.startsWith('video')) return true;
  return /^(?:image|audio|text)/.test(type) ? false : null;
}

/** A media type of videos that an object names, without parameters. */
function contentTypeIn(item: JsonObject): string | null {
  for (const field of typeFields) {
    const value = item[field];
    const type = typeof value === 'string' ? value.split(';', 1)[0]?.trim().toLowerCase() : undefined;
    if (type !== undefined && /^video\/[a-z0-9][a-z0-9.+-]{0,63}$/.test(type)) return type;
  }
  return null;
}

function candidateOf({ value, field, isVideo, contentType }: Place & { readonly value: string }): Candidate | null {
  const url = httpUrlOf(value);
  if (url === null || isVideo === false || otherSuffixes.test(url.pathname)) return null;
  const suffixType = suffixTypes.get(/\.([0-9a-z]+)$/i.exec(url.pathname)?.[1]?.toLowerCase() ?? '');
  const rank = rankOf(isVideo === true, fileFields.has(field), suffixType !== undefined);
  return { url: url.href, contentType: contentType ?? suffixType ?? 'video/mp4', rank };
}

function rankOf(isVideo: boolean, isFile: boolean, endsLikeVideo: boolean): number {
  if (isVideo) return isFile ? 0 : endsLikeVideo ? 1 : 2;
  return endsLikeVideo ? 3 : 4;
}

/** An absolute URL that a browser may be given. */
function httpUrlOf(text: string): URL | null {
  if (text.length > maxUrlCharacters || !/^https?:\/\//i.test(text)) return null;
  return URL.canParse(text) ? new URL(text) : null;
}
