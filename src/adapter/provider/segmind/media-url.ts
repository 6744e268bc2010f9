/** A URL that a browser may be given: as the provider wrote it, and read. */
export type MediaUrl = { readonly href: string; readonly url: URL; readonly isRelative: boolean };

const maxCharacters = 8192;

/** Printable ASCII that a URL keeps as it is when it is read. */
const plain = /^https?:\/\/[a-z0-9.:[\]-]+(?:[/?#][!#$%&'()*+,./0-9:;=?@A-Z[\]_a-z~-]*)?$/;

const endsLikeVideo = /\.(?:mp4|webm|mov|m4v|mkv|m3u8)(?:[?#]\S*)?$/i;

/**
 * Reads an http(s) URL: absolute, or relative to the provider's `origin`. Null for any other scheme, for words, and for words with a URL among
 * them. A URL that needs no escaping is kept letter by letter, because it may be signed.
 */
export function readMediaUrl(text: string, origin: string): MediaUrl | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maxCharacters || isSentence(trimmed)) return null;
  const isAbsolute = /^https?:\/\//i.test(trimmed);
  const isRelative = !isAbsolute && isRelativeUrl(trimmed);
  if ((!isAbsolute && !isRelative) || !URL.canParse(trimmed, origin)) return null;
  const url = new URL(trimmed, origin);
  if (!/^https?:$/.test(url.protocol)) return null;
  return { href: plain.test(trimmed) ? trimmed : url.href, url, isRelative: isRelative && !trimmed.startsWith('//') };
}

/** A link with blanks in its file's name is one all the same; whatever else has blanks is a sentence. */
function isSentence(text: string): boolean {
  if (!/\s/.test(text)) return false;
  const isLink = /^(?:https?:)?\/\//i.test(text) && endsLikeVideo.test(text) && !/[\r\n\t]/.test(text);
  return !isLink || /[.,:;!?]\s|:\/\/.*:\/\//.test(text);
}

/** A path, or (where it ends like a video) a path without its first slash; not a media type, and not a file's name alone. */
function isRelativeUrl(text: string): boolean {
  if (/^\/{1,2}[^/\s]/.test(text)) return true;
  return /^(?:\.{1,2}\/)*[\w~%-][\w.~%@+-]*\/[^:]+$/.test(text) && endsLikeVideo.test(text);
}
