import { describe, expect, it } from 'vitest';
import { readOutput } from '../../src/adapter/provider/segmind/output.ts';
import type { Video } from '../../src/domain/job.ts';

const mp4 = 'https://images.segmind.com/outputs/x.mp4';

const other = 'https://images.segmind.com/outputs/y.mp4';

const bare = 'https://cdn.example/file/17';

const png = 'https://images.segmind.com/outputs/x.png';

const named = [{ keyname: 'Video', value: { data: mp4, type: 'video' } }];

const json = (value: unknown) => JSON.stringify(value);

const context = { now: Date.parse('2026-11-23T05:00:00Z'), origin: 'https://api.segmind.com', isSecret: () => false };

/** The video of an output, without its expiry. */
function read(output: unknown): Pick<Video, 'url' | 'contentType'> | null {
  const { video } = readOutput([{ record: { output }, name: 'output' }], context);
  return video === null ? null : { url: video.url, contentType: video.contentType };
}

describe('an output', () => {
  it.each<[string, unknown]>([
    ['a JSON string of a list of named outputs', json(named)],
    ['a JSON string of a JSON string', json(json(named))],
    ['a JSON string of a JSON string of a JSON string', json(json(json(named)))],
    ['an already parsed list', named],
    ['an already parsed object', named[0]],
    ['a plain URL', mp4],
    ['a plain URL between spaces', ` ${mp4}\n`],
    ['a JSON string of a plain URL', json(mp4)],
    ['a list of strings', [mp4]],
    ['a JSON string of a list of strings', json([mp4])],
    ['a nested object', { result: { files: { video: { url: mp4 } } } }],
    ['a JSON string of a nested object', json({ result: { files: [{ url: mp4 }] } })],
    ['a list with JSON strings in it', [json({ data: mp4 })]],
    ['URLs among other values', [null, 17, true, '', 'done', [], {}, { seed: 1 }, [[mp4]]]],
  ])('may be %s', (_, output) => {
    expect(read(output)).toEqual({ url: mp4, contentType: 'video/mp4' });
  });

  it.each<[string, unknown, string]>([
    [
      'the item typed video',
      [
        { type: 'image', data: other },
        { type: 'video', data: bare },
      ],
      bare,
    ],
    [
      'the item typed video, its type beside its value',
      [
        { value: png, type: 'image' },
        { value: bare, type: ' Video ' },
      ],
      bare,
    ],
    [
      'the item typed by a media type',
      [
        { type: 'image/png', url: png },
        { type: 'video/mp4', url: bare },
      ],
      bare,
    ],
    ['the item typed video around its value', [{ data: other }, { type: 'video', value: { data: bare } }], bare],
    [
      'the first of two items typed video',
      [
        { type: 'video', data: mp4 },
        { type: 'video', data: other },
      ],
      mp4,
    ],
    ['the file of a typed item, not its poster', { type: 'video', poster: png, data: bare }, bare],
    ['the URL with a video suffix in a typed item', { type: 'video', poster: png, file: mp4 }, mp4],
    [
      'the file of a typed item, not its image',
      { type: 'video', thumb: { type: 'image', url: png }, path: bare },
      bare,
    ],
    ['the URL with a video suffix', [png, bare, mp4, other], mp4],
    [
      'the URL with a video suffix before its query',
      [png, 'https://cdn.example/a.MP4?sig=1#t=2'],
      'https://cdn.example/a.MP4?sig=1#t=2',
    ],
    ['the next best if the typed item has no usable URL', [{ type: 'video', data: 'javascript:x' }, png, mp4], mp4],
    ['the first URL depth first', { a: { b: [{ c: bare }] }, d: png }, bare],
    ['an http URL', ['ftp://x.example/a.mp4', 'http://x.example/a'], 'http://x.example/a'],
    [
      'an absolute URL before a relative one',
      ['/a.mp4', 'outputs/b.mp4', 'HTTPS://X.example/a b.mp4'],
      'https://x.example/a%20b.mp4',
    ],
  ])('gives %s', (_, output, url) => {
    expect(read(output)?.url).toBe(url);
    expect(read(json(output))?.url).toBe(url);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty list', '[]'],
    ['a number', 17],
    ['words', 'the video is ready'],
    ['words around a URL', `see ${mp4}`],
    ['a script', 'javascript:alert("https://x.example/a.mp4")'],
    ['data', 'data:video/mp4;base64,AAAA'],
    ['a file', 'file:///etc/passwd.mp4'],
    ['a URL without a host', 'https://'],
    ['a URL of a bad port', 'https://x.example:99999/a.mp4'],
    ['a URL that is too long', `https://x.example/${'a'.repeat(8192)}.mp4`],
    ['a picture', png],
    ['a typed picture', [{ keyname: 'Image', value: { data: png, type: 'image' } }]],
    ['a typed picture without a suffix', { type: 'image/png', url: bare }],
    ['a typed sound', { type: 'audio', url: bare }],
    ['a page', 'https://docs.segmind.com/errors.html'],
    [
      'a video of null beside a frame',
      [
        { keyname: 'Start_Frame', value: { data: png, type: 'image' } },
        { keyname: 'Video', value: { data: null, type: 'video' } },
      ],
    ],
    ['a truncated JSON string', '[{"value":{"data":"https://x.example/a.mp4"'],
  ])('gives no video if it is %s', (_, output) => {
    expect(read(output)).toBeNull();
  });

  it.each<[string, unknown, string]>([
    ['the provider’s type', { url: mp4, content_type: 'video/webm' }, 'video/webm'],
    ['the provider’s type, without parameters', { url: bare, mimeType: 'Video/WebM; codecs=vp9' }, 'video/webm'],
    ['the member type', { type: 'video/quicktime', data: bare }, 'video/quicktime'],
    ['the type around the value', { mime_type: 'video/webm', value: { data: bare } }, 'video/webm'],
    ['the suffix', 'https://x.example/a.webm?x=1', 'video/webm'],
    ['the suffix of a .mov', 'https://x.example/a.MOV', 'video/quicktime'],
    ['the suffix if the given type is invalid', { url: 'https://x.example/a.webm', type: 'video/<b>' }, 'video/webm'],
    ['MP4 without any hint', bare, 'video/mp4'],
    ['MP4 for an unknown suffix', { video: 'https://x.example/a.part' }, 'video/mp4'],
  ])('has its content type from %s', (_, output, contentType) => {
    expect(read(output)?.contentType).toBe(contentType);
  });

  it('may be nested deeper than the call stack', () => {
    const depth = 200_000;
    const deepList = `${'['.repeat(depth)}"${mp4}"${']'.repeat(depth)}`;
    const deepItem = `${'{"type":"video","a":'.repeat(50_000)}"${mp4}"${'}'.repeat(50_000)}`;
    for (const output of [deepList, deepItem]) expect(read(output)?.url).toBe(mp4);
  });

  it('may be as large as a body may be', () => {
    const many = json(Array.from({ length: 200_000 }, () => 'x'));
    expect(read(many)).toBeNull();
    expect(read(`[${'"[",'.repeat(200_000)}"${mp4}"]`)?.url).toBe(mp4);
  });
});
