import type { MediaConfig } from '../config/media.ts';
import { createVideoLinks } from '../credential/video-link.ts';
import type { VideoSettings } from '../gateway/video.ts';
import type { MediaOrigins } from '../server/page/dashboard.ts';

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

/** From where else than the gateway browsers load videos: from the provider if none are kept, from S3 if players are sent there. */
export function mediaOriginsOf({ store, redirect }: Pick<MediaConfig, 'store' | 'redirect'>): MediaOrigins {
  if (store.kind === 'none') return { posters: [], videos: ['https:'] };
  const origins = store.kind === 's3' && redirect ? [new URL(store.endpoint).origin] : [];
  return { posters: origins, videos: origins };
}
