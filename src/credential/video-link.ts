import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a signed link carries in its query, as clients send it; null where it is absent. */
export type LinkQuery = { readonly expires: string | null; readonly signature: string | null };

/** Whether a link may be followed now. `wrong`: this installation did not sign it. */
type LinkCheck = 'valid' | 'expired' | 'wrong';

/** The links to videos that API responses carry. */
export interface VideoLinks {
  /** Whether links are signed: then they expire, and a link is another an hour later. */
  readonly expire: boolean;
  /** Where a video is or will be, under PUBLIC_URL: `https://gate.example.com/videos/0f….mp4`. A signed link is valid for `lifetimeMs`. */
  videoUrl(videoId: string, lifetimeMs?: number): string;
  /** Where its poster is: the same link with `.jpg` in place of `.mp4`. */
  posterUrl(videoId: string, lifetimeMs?: number): string;
  /** Whether a link to a video or its poster may be followed. Without signatures every link may. */
  check(videoId: string, query: LinkQuery): LinkCheck;
}

/** How links are made. `signing` is null where whoever has a link may follow it for ever. */
export type VideoLinkOptions = {
  /** Without a trailing slash. It is asked at each link, because the server's port may be known later. */
  readonly publicUrl: () => string;
  /** The installation's secret, and the current time in epoch milliseconds. */
  readonly signing: { readonly secret: Uint8Array; readonly now: () => number } | null;
};

/** A signed link is valid for at least this long, unless another lifetime is asked for, and at most for `stepMs` longer. */
export const linkLifetimeMs = 6 * 60 * 60_000;

/** All links made within a step are the same, so that browsers and caches know them again. */
const stepMs = 60 * 60_000;

/**
 * Links to videos. A signed link ends in `?expires=1800000000&signature=3q2-7w…`: the instant in epoch seconds, and the HMAC-SHA-256 of
 * video id and instant, with a key derived from the installation's secret (HKDF-SHA-256). So every node checks every link, and one
 * signature opens the video and its poster.
 */
export function createVideoLinks({ publicUrl, signing }: VideoLinkOptions): VideoLinks {
  const key = signing === null ? null : keyOf(signing.secret);

  function urlOf(videoId: string, extension: 'mp4' | 'jpg', lifetimeMs = linkLifetimeMs): string {
    const url = `${publicUrl()}/videos/${videoId}.${extension}`;
    if (signing === null || key === null) return url;
    const expires = expiryOf(signing.now(), lifetimeMs);
    return `${url}?expires=${expires}&signature=${macOf(key, videoId, expires).toString('base64url')}`;
  }

  return {
    expire: signing !== null,
    videoUrl: (videoId, lifetimeMs) => urlOf(videoId, 'mp4', lifetimeMs),
    posterUrl: (videoId, lifetimeMs) => urlOf(videoId, 'jpg', lifetimeMs),
    check(videoId, { expires, signature }) {
      if (signing === null || key === null) return 'valid';
      const shown = Buffer.from(signature ?? '', 'base64url');
      if (!/^[1-9]\d{0,14}$/.test(expires ?? '') || shown.length !== 32) return 'wrong';
      const at = Number(expires);
      if (!timingSafeEqual(shown, macOf(key, videoId, at))) return 'wrong';
      return signing.now() < at * 1000 ? 'valid' : 'expired';
    },
  };
}

function keyOf(secret: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'reelgate video link 1', 32));
}

/** In epoch seconds. */
function expiryOf(now: number, lifetimeMs: number): number {
  return (Math.floor(now / stepMs) * stepMs + stepMs + lifetimeMs) / 1000;
}

function macOf(key: Buffer, videoId: string, expires: number): Buffer {
  return createHmac('sha256', key).update(`${videoId} ${expires}`).digest();
}
