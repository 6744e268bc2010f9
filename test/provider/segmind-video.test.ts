import { describe, expect, it } from 'vitest';
import type { PollEvent } from '../../src/domain/job.ts';
import { json } from './misbehaving-server.ts';
import { openWorld } from './segmind-world.ts';

const mp4 = 'https://images.segmind.com/outputs/x.mp4';

const bare = 'https://cdn.example.com/v/abc?sig=1';

const png = 'https://images.segmind.com/outputs/x.png';

const typesOfSuffix: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  m4v: 'video/x-m4v',
  mkv: 'video/x-matroska',
  m3u8: 'application/vnd.apple.mpegurl',
  avi: 'video/x-msvideo',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  ogv: 'video/ogg',
  '3gp': 'video/3gpp',
};

describe('the video of a finished job', () => {
  it.each<[string, object, string, string]>([
    ['typed', { output: [{ type: 'video', data: bare }] }, bare, 'video/mp4'],
    ['typed by a media type', { output: { mime_type: 'video/webm', url: bare } }, bare, 'video/webm'],
    [
      'typed as a playlist',
      { output: { content_type: 'application/x-mpegURL', url: bare } },
      bare,
      'application/x-mpegurl',
    ],
    ['typed, before one with a video suffix only', { output: [mp4, { type: 'video', data: bare }] }, bare, 'video/mp4'],
    ['under video', { output: { video: bare } }, bare, 'video/mp4'],
    ['under video_url', { output: { video_url: bare } }, bare, 'video/mp4'],
    ['under mp4', { output: { mp4: bare } }, bare, 'video/mp4'],
    ['under resultVideo', { output: { resultVideo: { uri: bare } } }, bare, 'video/mp4'],
    ['under videos', { output: { videos: [{ url: bare, cover_url: png }] } }, bare, 'video/mp4'],
    ['under a keyname', { output: [{ keyname: 'Final_Video', value: { data: bare } }] }, bare, 'video/mp4'],
    ['under video_with_audio', { output: { video_with_audio: bare } }, bare, 'video/mp4'],
    ['under a name, before one with a video suffix only', { output: { other: mp4, video: bare } }, bare, 'video/mp4'],
    ['under the name of a kind of job', { output: { image_to_video: bare } }, bare, 'video/mp4'],
    ['in an item whose type is a kind of job', { output: { type: 'text-to-video', url: bare } }, bare, 'video/mp4'],
    ...Object.entries(typesOfSuffix).flatMap(([suffix, type]): [string, object, string, string][] => {
      const url = `https://x.example/a.${suffix}?x=.png`;
      return [
        [`by its suffix ${suffix}`, { output: ['https://x.example/page', url] }, url, type],
        [`a path that ends in ${suffix}`, { output: `outputs/x.${suffix}` }, `$ORIGIN/outputs/x.${suffix}`, type],
      ];
    }),
    ['the only link', { output: { id: 'x', result: bare } }, bare, 'video/mp4'],
    ['the only link, with an @', { output: 'https://x.example/@me/v' }, 'https://x.example/@me/v', 'video/mp4'],
    [
      'by its suffix after an @',
      { output: 'https://x.example/a@2.mov' },
      'https://x.example/a@2.mov',
      'video/quicktime',
    ],
    [
      'by its suffix before a slash',
      { output: ['x', 'https://x.example/a.mov/'] },
      'https://x.example/a.mov/',
      'video/quicktime',
    ],
    ['the only link, twice', { output: [bare, bare] }, bare, 'video/mp4'],
    ['without a scheme', { output: '//cdn.example.com/x.mp4' }, 'http://cdn.example.com/x.mp4', 'video/mp4'],
    ['a path of the provider', { output: '/outputs/x.mp4' }, '$ORIGIN/outputs/x.mp4', 'video/mp4'],
    ['a path without its first slash', { output: { video: 'outputs/x.mp4' } }, '$ORIGIN/outputs/x.mp4', 'video/mp4'],
    [
      'a file’s link beside its name',
      { output: { video: { filename: 'x.mp4', path: '/tmp/x.mp4', url: bare } } },
      bare,
      'video/mp4',
    ],
    [
      'a name with a space',
      { output: 'https://x.example/my video.mp4' },
      'https://x.example/my%20video.mp4',
      'video/mp4',
    ],
    [
      'unchanged, character by character',
      { output: 'https://x.example/a%7eb.mp4?sig=A+b/c%3d' },
      'https://x.example/a%7eb.mp4?sig=A+b/c%3d',
      'video/mp4',
    ],
    ['beside the record’s output', { output: null, video_url: bare }, bare, 'video/mp4'],
    ['in the record’s data', { data: { url: bare } }, bare, 'video/mp4'],
    ['in outputs', { outputs: [{ url: mp4 }] }, mp4, 'video/mp4'],
  ])('may be %s', async (_, record, url, contentType) => {
    const { event, origin } = await eventOf({ status: 'COMPLETED', ...record });
    expect(event).toMatchObject({ type: 'completed', video: { url: url.replace('$ORIGIN', origin), contentType } });
  });

  it.each<[string, object]>([
    ['a picture', { output: png }],
    ['typed as a picture', { output: [{ keyname: 'Image', value: { data: mp4, type: 'image' } }] }],
    ['in a wrapper that is typed as a picture', { result: { type: 'image', url: mp4 } }],
    ['typed as a sound', { output: { type: 'audio/mpeg', url: bare } }],
    ['typed as a text', { output: { type: 'text', data: bare } }],
    [
      'a video of null beside a frame',
      {
        output: [
          { type: 'image', data: png },
          { type: 'video', data: null },
        ],
      },
    ],
    ...['jpg', 'gif', 'mp3', 'wav', 'pdf', 'txt', 'html', 'php', 'json', 'zip'].map((suffix): [string, object] => [
      `what ends in ${suffix}, though typed as a video`,
      { output: { type: 'video', data: `https://x.example/a.${suffix}` } },
    ]),
    ...[
      ...['a.jpg!w300', 'a.jpg:large', 'a.jpg@1x', 'a.png/', 'a.png%20', 'a.png%20/', 'a.JPG!w.300'],
      ...['r?response-content-type=image/png', 'r?Content-Type=image%2Fpng', 'a.mp4?format=jpg'],
    ].flatMap((path): [string, object][] => [
      [`the picture ${path}`, { output: `https://x.example/${path}` }],
      [`the picture ${path}, though typed as a video`, { output: { type: 'video', url: `https://x.example/${path}` } }],
    ]),
    ...[
      ...['thumbnail', 'thumb', 'poster', 'preview', 'cover', 'first_frame', 'start_frame', 'image', 'audio'],
      ...[
        'thumbnail_url',
        'previewVideo',
        'Cover-Image',
        'last_frames',
        'audio_url',
        'input_video',
        'webhook_url',
        'status_url',
      ],
    ].map((name): [string, object] => [`under ${name}`, { output: { [name]: { video: mp4, url: bare } } }]),
    ['under a keyname of a frame', { output: [{ keyname: 'Start_Frame', value: { data: bare } }] }],
    ['two links without a hint', { output: [bare, 'https://cdn.example.com/v/other'] }],
    ['a link with another suffix', { output: 'https://x.example/a.bin' }],
    ['a file’s name', { output: 'x.mp4' }],
    ['a media type', { output: 'video/mp4' }],
    [
      'the poll URL',
      {
        output: '',
        urls: { get: bare, cancel: bare },
        poll_url: bare,
        data: { urls: { get: bare, cancel: bare, stream: mp4 } },
      },
    ],
    ['the address of the record', { output: '', url: 'https://api.segmind.com/workflows/request/abc' }],
    ['any link of a record whose output is empty', { output: '', url: bare, data: { url: bare } }],
    ['any link of a wrapped record whose output is empty', { data: { output: null, url: bare } }],
    ['the page of a request', { data: { url: 'https://cloud.segmind.com/request/abc' } }],
    ['the status of a request', { output: 'https://api.segmind.com/requests/abc/status' }],
    ['an input of the request', { output: '', input: { video_url: mp4 }, data: { input: { video_url: mp4 } } }],
    ['a script', { output: { video: 'javascript:alert(1)//x.mp4' } }],
    ['data', { output: { video: 'data:video/mp4;base64,AAAA' } }],
  ])('is never %s', async (_, record) => {
    const { event } = await eventOf({ status: 'COMPLETED', ...record });
    expect(event).toMatchObject({ type: 'failed', failure: { code: 'PROVIDER_BAD_OUTPUT' } });
  });

  it.each<[string, unknown, string, string]>([
    ['a sentence', 'The workers went home', 'GENERATION_FAILED', 'The workers went home'],
    ['a sentence with a link to a video', `We kept it at ${mp4}`, 'GENERATION_FAILED', `We kept it at ${mp4}`],
    ['a link and a sentence', `${mp4} was made.`, 'GENERATION_FAILED', `${mp4} was made.`],
    [
      'a sentence as the value of a video',
      [{ type: 'video', data: 'Your prompt was flagged' }],
      'CONTENT_REJECTED',
      'flagged',
    ],
    ['a sentence in Chinese', '内容违规', 'CONTENT_REJECTED', '内容违规'],
  ])('may be %s, which is the provider’s reason', async (_, output, code, message) => {
    const { event } = await eventOf({ status: 'COMPLETED', output });
    expect(event).toMatchObject({ type: 'failed', failure: { code } });
    expect(event.type === 'failed' && event.failure.message).toContain(message);
  });

  it('is a failure if an error is in its place, but not if a message is', async () => {
    const error = await eventOf({ status: 'COMPLETED', output: null, error: 'NSFW content detected' });
    expect(error.event).toMatchObject({ failure: { code: 'CONTENT_REJECTED', message: 'NSFW content detected' } });
    const message = await eventOf({ status: 'COMPLETED', output: null, message: 'All went well' });
    expect(message.event).toMatchObject({ failure: { code: 'PROVIDER_BAD_OUTPUT' } });
    const both = await eventOf({ status: 'COMPLETED', output: mp4, error: 'A warning it was' });
    expect(both.event).toHaveProperty('type', 'completed');
  });
});

async function eventOf(body: unknown): Promise<{ event: PollEvent; origin: string }> {
  const { server, segmind, running } = await openWorld(json(200, body));
  return { event: (await segmind.poll(running)).event, origin: server.origin };
}
