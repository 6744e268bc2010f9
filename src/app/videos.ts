import type { MediaConfig } from '../config/media.ts';
import { createVideoLinks } from '../credential/video-link.ts';
import type { VideoSettings } from '../gateway/video.ts';

/** What links to videos are made from. */
type Place = { readonly publicUrl: () => string; readonly secret: Uint8Array; readonly now: () => number };

/** How the gateway shows videos under a configuration. A video is kept as long as both retentions allow. */
export function videoSettingsOf(media: MediaConfig, { publicUrl, secret, now }: Place): VideoSettings {
  const signing = media.access === 'signed' ? { secret, now } : null;
  const limits = [media.retentionMs, media.jobRetentionMs].filter((limit) => limit !== null);
  return {
    links: createVideoLinks({ publicUrl, signing }),
    keepsVideos: media.store.kind !== 'none',
    retentionMs: limits.length === 0 ? null : Math.min(...limits),
  };
}
