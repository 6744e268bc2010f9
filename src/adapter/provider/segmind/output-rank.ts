import { asksForPicture, isOtherSuffix, suffixOf, type TypeHint, typeOfSuffix } from './media-type.ts';
import type { MediaUrl } from './media-url.ts';
import type { NameHint } from './output-name.ts';

/** A URL in an output, with the hints around it. */
export type Found = {
  readonly url: MediaUrl;
  /** The hint of the nearest type. */
  readonly type: TypeHint;
  /** The hint of the names around it; `never` outweighs `unlikely`, which outweighs `video`. */
  readonly name: NameHint;
  /** Whether it stands where the provider puts results, so that it needs no other hint. */
  readonly mayBeBare: boolean;
};

/** Each of these rules a URL out, whatever else suggests a video. */
const vetoes: readonly ((found: Found) => boolean)[] = [
  ({ type }) => type === 'never',
  ({ name }) => name === 'never',
  ({ url }) => isOtherSuffix(suffixOf(url.url)),
  ({ url }) => asksForPicture(url.url),
];

/** What makes a URL a candidate, the strongest first. */
const ranks: readonly ((found: Found) => boolean)[] = [
  ({ type, name }) => type === 'video' && name !== 'unlikely',
  ({ name }) => name === 'video',
  ({ url, name }) => hasVideoSuffix(url) && name !== 'unlikely',
  ({ url, type, name, mayBeBare }) =>
    mayBeBare &&
    name !== 'unlikely' &&
    suffixOf(url.url) === null &&
    type === null &&
    !url.isRelative &&
    !isAddressOfRequest(url.url),
  ({ url, type, name }) => name === 'unlikely' && type === 'video' && hasVideoSuffix(url),
];

/** The rank of a URL without any hint: it counts only if it is the only one. */
export const bareRank = 3;

/** The rank of a URL that counts only if there is no other. */
export const lastRank = 4;

/** The index of the first rank that a URL meets, from 0; null if it is no candidate. */
export function rankOf(found: Found): number | null {
  if (vetoes.some((isMet) => isMet(found))) return null;
  const rank = ranks.findIndex((isMet) => isMet(found));
  return rank === -1 ? null : rank;
}

function hasVideoSuffix({ url }: MediaUrl): boolean {
  return typeOfSuffix(suffixOf(url)) !== null;
}

/** Whether a path is that of a request, which is polled or shown as a page, such as `/workflows/request/1` or `/requests/1/status`. */
function isAddressOfRequest({ pathname }: URL): boolean {
  return /\/(?:requests?|workflows?|status|polls?)(?:\/[^/]+)?\/?$/i.test(pathname);
}
