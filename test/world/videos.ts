import { createVideoLinks } from '../../src/credential/video-link.ts';
import type { VideoSettings } from '../../src/gateway/video.ts';

/** Videos as most tests show them: kept for ever, with links that do not expire. */
export const testVideos: VideoSettings = {
  links: createVideoLinks({ publicUrl: () => 'https://gate.example.com', signing: null }),
  keepsVideos: true,
  retentionMs: null,
};
