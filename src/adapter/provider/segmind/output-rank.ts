import { isOtherSuffix, suffixOf, type TypeSays } from './media-type.ts';
import type { MediaUrl } from './media-url.ts';
import type { NameSays } from './output-name.ts';

/** A URL in an output, with what stands around it. */
export type Found = {
  readonly url: MediaUrl;
  /** What the nearest type says. */
  readonly type: TypeSays;
  /** What the names around it say; one that rules a video out counts most. */
  readonly name: NameSays;
};

/** The suffixes by which a URL counts as a video of its own accord. */
const videoSuffixes = new Set(['mp4', 'webm', 'mov', 'm4v', 'mkv', 'm3u8']);

/** Why a URL is no video, whatever else speaks for it. */
const vetoes: readonly ((found: Found) => boolean)[] = [
  ({ type }) => type === 'never',
  ({ name }) => name === 'never',
  ({ url }) => isOtherSuffix(suffixOf(url.url)),
];

/** What makes a URL a candidate, the best first. */
const ranks: readonly ((found: Found) => boolean)[] = [
  ({ type }) => type === 'video',
  ({ name }) => name === 'video',
  ({ url }) => videoSuffixes.has(suffixOf(url.url) ?? ''),
  ({ url, type }) => suffixOf(url.url) === null && type === null && !url.isRelative,
];

/** The rank of a URL that nothing speaks for or against: it counts only where it is the only one. */
export const bareRank = 3;

/** The first rank of the table whose condition a URL meets, from 0; null where it is no candidate. */
export function rankOf(found: Found): number | null {
  if (vetoes.some((isMet) => isMet(found))) return null;
  const rank = ranks.findIndex((isMet) => isMet(found));
  return rank === -1 ? null : rank;
}
