import type { Builder } from './builder.ts';

/** Adds Video. */
export function addVideo(builder: Builder): void {
  builder.objectType('Video', {
    description: 'A finished video, where the provider keeps it.',
    fields: (t) => ({
      url: t.expose('url', { type: 'URL', description: 'Where to play it.' }),
      contentType: t.exposeString('contentType', {
        description: "From what the provider said or the URL's suffix, else video/mp4.",
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider deletes the file.',
      }),
    }),
  });
}
