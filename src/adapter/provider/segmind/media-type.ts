import type { JsonObject } from './response.ts';

/** What an item's type means for its URLs: a video, never a video, or unknown (null). */
export type TypeHint = 'video' | 'never' | null;

/** Media types by the suffix of a URL's path. */
const suffixTypes = new Map([
  ['mp4', 'video/mp4'],
  ['m4v', 'video/x-m4v'],
  ['webm', 'video/webm'],
  ['mov', 'video/quicktime'],
  ['mkv', 'video/x-matroska'],
  ['m3u8', 'application/vnd.apple.mpegurl'],
  ['avi', 'video/x-msvideo'],
  ['mpeg', 'video/mpeg'],
  ['mpg', 'video/mpeg'],
  ['ogv', 'video/ogg'],
  ['3gp', 'video/3gpp'],
]);

const pictureSuffixes = new Set([
  ...['png', 'jpg', 'jpeg', 'webp', 'gif', 'avif', 'bmp', 'tif', 'tiff'],
  ...['svg', 'heic', 'heif', 'ico', 'jfif', 'apng', 'psd'],
]);

/** A URL with one of these suffixes is never a video, whatever its type or name claims. */
const otherSuffixes = new Set([
  ...pictureSuffixes,
  ...['mp3', 'wav', 'ogg', 'oga', 'm4a', 'aac', 'flac', 'opus', 'wma', 'aiff', 'mid'],
  ...[
    'pdf',
    'txt',
    'json',
    'jsonl',
    'xml',
    'md',
    'csv',
    'doc',
    'docx',
    'yaml',
    'yml',
    'log',
    'srt',
    'vtt',
    'zip',
    'tar',
    'gz',
  ],
  ...['html', 'htm', 'xhtml', 'php', 'asp', 'aspx', 'jsp', 'js', 'css'],
]);

/** The members that may hold an item's type, the most exact first. */
const members = ['content_type', 'contentType', 'mime_type', 'mimeType', 'mime', 'media_type', 'mediaType', 'type'];

const playlistTypes = /^(?:application|audio)\/(?:vnd\.apple\.|x-)mpegurl$|^application\/mp4$/;

// `image-to-video` names a kind of job, not the type of its files.
const otherTypes =
  /^(?:image|audio|text|html|json|document|application\/(?:json|pdf|xml|zip))(?![\s_-]*(?:to|2)[\s_-]*video)/;

/** The hint of the first type of an item that gives one. */
export function typeOf(item: JsonObject): TypeHint {
  for (const type of typesOf(item)) {
    if (type.startsWith('video') || playlistTypes.test(type)) return 'video';
    if (otherTypes.test(type)) return 'never';
  }
  return null;
}

/** The video media type that an item names, without parameters; null if it names none. */
export function mediaTypeOf(item: JsonObject): string | null {
  const isMediaType = (type: string) => /^video\/[a-z0-9][a-z0-9.+-]{0,63}$/.test(type) || playlistTypes.test(type);
  return typesOf(item).find(isMediaType) ?? null;
}

/**
 * The suffix of a URL's path in lower case; it has at least one letter, so a version such as `.2` is not a suffix. What image servers
 * append to a file's name (`a.jpg!w300`, `a.jpg:large`) and a slash or a space at its end are not part of it.
 */
export function suffixOf(url: URL): string | null {
  const path = url.pathname.toLowerCase().replace(/(?:\/|%20)+$/, '');
  return suffixIn(path) ?? suffixIn(path.replace(/[!:@][^/]*$/, ''));
}

function suffixIn(path: string): string | null {
  return /\.(?=\d*[a-z])([0-9a-z]{1,8})$/.exec(path)?.[1] ?? null;
}

/** Whether a URL's query asks for a picture, as `response-content-type=image/png` and `format=jpg` do. */
export function asksForPicture(url: URL): boolean {
  return [...url.searchParams].some(([name, value]) => {
    if (/content[_-]?type$/i.test(name)) return /^\s*image\//i.test(value);
    return /^(?:format|fm)$/i.test(name) && pictureSuffixes.has(value.trim().toLowerCase());
  });
}

/** The media type that a suffix stands for. */
export function typeOfSuffix(suffix: string | null): string | null {
  return suffixTypes.get(suffix ?? '') ?? null;
}

/** Whether a suffix belongs to a picture, a sound, a document or a page. */
export function isOtherSuffix(suffix: string | null): boolean {
  return suffix !== null && otherSuffixes.has(suffix);
}

function typesOf(item: JsonObject): readonly string[] {
  const values = members.map((member) => item[member]).filter((value) => typeof value === 'string');
  return values.map((value) => (value.split(';', 1)[0] ?? '').trim().toLowerCase());
}
