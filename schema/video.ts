import type { VideoStorage } from '../src/gateway/video.ts';
import type { Builder } from './builder.ts';

/** Adds Video and VideoStorage. */
export function addVideo(builder: Builder): void {
  builder.enumType('VideoStorage', {
    description: 'Where the bytes of a video are.',
    values: {
      PROVIDER: {
        description: 'At the provider only. The gateway is making a copy, unless this installation keeps none.',
      },
      STORED: { description: 'Kept by this installation, until `expiresAt`.' },
      GONE: {
        description: 'Nowhere: deleted, past its time, or lost at the provider before it could be copied.',
      },
    } satisfies Record<VideoStorage, { description: string }>,
  });
  builder.objectType('Video', {
    description: 'A finished video.',
    fields: (t) => ({
      url: t.expose('url', {
        type: 'URL',
        description:
          "Where to play or download the video: the same as `Job.videoUrl`. On an installation that keeps no videos, the provider's URL.",
      }),
      contentType: t.exposeString('contentType', {
        description: "The media type: from the provider's response or the URL's suffix, otherwise video/mp4.",
      }),
      posterUrl: t.expose('posterUrl', {
        type: 'URL',
        nullable: true,
        description: 'The first frame as JPEG; null until the video is STORED, and where no picture could be made.',
      }),
      storage: t.expose('storage', { type: 'VideoStorage', description: 'Where the bytes are now.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'When the last place that has the video forgets it, or did if it is GONE. Null if it is kept for ever, or if that is not known.',
      }),
      sourceUrl: t.expose('sourceUrl', {
        type: 'URL',
        nullable: true,
        description: 'Where the provider has the video, until `sourceExpiresAt`; null if it is GONE.',
      }),
      sourceExpiresAt: t.expose('sourceExpiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider deletes its file; null if that is not known.',
      }),
      byteSize: t.expose('byteSize', {
        type: 'SafeInt',
        nullable: true,
        description: 'The size in bytes; null until the video is STORED.',
      }),
      durationSeconds: t.exposeFloat('durationSeconds', {
        nullable: true,
        description: 'How long it plays; null until the video is STORED, or if the file does not say.',
      }),
      width: t.exposeInt('width', { nullable: true, description: 'In pixels; null as `durationSeconds`.' }),
      height: t.exposeInt('height', { nullable: true, description: 'In pixels; null as `durationSeconds`.' }),
      sha256: t.exposeString('sha256', {
        nullable: true,
        description:
          'The SHA-256 of the bytes as the provider delivered them, in lower-case hexadecimal; null until the video is STORED.',
      }),
    }),
  });
}
