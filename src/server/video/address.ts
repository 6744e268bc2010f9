import { pathOf } from '../../lib/address.ts';

/** What a request for a video names: `/videos/<32 hexadecimal digits>.mp4?download`, or its poster with `.jpg`. */
export type VideoAddress = {
  readonly videoId: string;
  readonly isPoster: boolean;
  readonly query: URLSearchParams;
};

/** Where videos are, below the gateway's own URL. */
export const videosPath = '/videos/';

/** Reads a request's target; null if it cannot name a video. */
export function readVideoAddress(target: string | undefined): VideoAddress | null {
  const [, videoId, suffix] = /^\/videos\/([0-9a-f]{32})\.(mp4|jpg)$/.exec(pathOf(target)) ?? [];
  if (videoId === undefined) return null;
  const [, ...query] = (target ?? '').split('?');
  return { videoId, isPoster: suffix === 'jpg', query: new URLSearchParams(query.join('?')) };
}

/** The longest that a request may wait for its video, in seconds. */
const longestWaitSeconds = 25;

/** How long a request wants to wait for its video (`?wait=25`), in seconds; 0 where it does not say or says it wrongly. */
export function waitSecondsOf({ query }: VideoAddress): number {
  const text = query.get('wait') ?? '';
  return /^\d{1,4}$/.test(text) ? Math.min(longestWaitSeconds, Number(text)) : 0;
}
