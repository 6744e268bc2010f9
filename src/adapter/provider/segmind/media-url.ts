/** A URL that may be given to a browser: as the provider wrote it, and parsed. */
export type MediaUrl = { readonly href: string; readonly url: URL; readonly isRelative: boolean };

const maxCharacters = 8192;

/** Printable ASCII that URL parsing leaves unchanged. */
const plain = /^https?:\/\/[a-z0-9.:[\]-]+(?:[/?#][!#$%&'()*+,./0-9:;=?@A-Z[\]_a-z~-]*)?$/;

const endsLikeVideo = /\.(?:mp4|webm|mov|m4v|mkv|m3u8|avi|mpe?g|ogv|3gp)(?:[?#]\S*)?$/i;

/**
 * Reads an http(s) URL: absolute, or relative to the provider's `origin`. Null for any other scheme and for sentences, with or without
 * a URL in them. A URL that needs no escaping is kept character by character, because it may be signed.
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

/** A text with spaces is a sentence, unless it is a link whose file name has spaces. */
function isSentence(text: string): boolean {
  if (!/\s/.test(text)) return false;
  const isLink = /^(?:https?:)?\/\//i.test(text) && endsLikeVideo.test(text) && !/[\r\n\t]/.test(text);
  return !isLink || /[.,:;!?]\s|:\/\/.*:\/\//.test(text);
}

/** A path, or a path without its first slash if it ends like a video. A media type or a bare file name is neither. */
function isRelativeUrl(text: string): boolean {
  if (/^\/{1,2}[^/\s]/.test(text)) return true;
  return /^(?:\.{1,2}\/)*[\w~%-][\w.~%@+-]*\/[^:]+$/.test(text) && endsLikeVideo.test(text);
}
