import type { Builder } from './builder.ts';

/** Adds Video. */
export function addVideo(builder: Builder): void {
  builder.objectType('Video', {
    description: 'A finished video, hosted by the provider.',
    fields: (t) => ({
      url: t.expose('url', { type: 'URL', description: 'Where to play or download the video.' }),
      contentType: t.exposeString('contentType', {
        description: "The media type: from the provider's response or the URL's suffix, otherwise video/mp4.",
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider deletes the file; null if that is not known.',
      }),
    }),
  });
}
