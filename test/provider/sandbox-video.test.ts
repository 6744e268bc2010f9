import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRange } from '../../src/lib/byte-range.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { openSandboxWorld, type SandboxWorld } from './sandbox-world.ts';

let world: SandboxWorld;

beforeEach(async () => {
  world = await openSandboxWorld();
});

afterEach(() => world.close());

const folder = join(projectRoot(), 'src', 'adapter', 'provider', 'sandbox', 'videos');

const names = ['landscape-16-9', 'landscape-4-3', 'portrait-3-4', 'portrait-9-16', 'square-1-1'];

const bytesOf = (name: string) => readFileSync(join(folder, `${name}.mp4`));

const square = bytesOf('square-1-1');

const size = square.length;

const fetchVideo = (headers: Record<string, string> = {}, method = 'GET', name = 'square-1-1.mp4') =>
  fetch(`${world.origin}/sandbox/videos/${name}`, { method, headers });

const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('the videos', () => {
  test('are five small MP4 files that start with the metadata for players', () => {
    const found = readdirSync(folder).filter((name) => name.endsWith('.mp4'));
    expect(found.sort()).toEqual(names.map((name) => `${name}.mp4`));
    for (const name of names) {
      const bytes = bytesOf(name);
      expect(bytes.length).toBeLessThan(150_000);
      expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
      expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
      expect(bytes.indexOf('avc1')).toBeGreaterThan(0);
    }
  });

  test.each(names)('%s is served whole, to any origin, with the headers that players read', async (name) => {
    const response = await fetchVideo({}, 'GET', `${name}.mp4?t=1`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=3600',
      'content-length': String(bytesOf(name).length),
      'content-type': 'video/mp4',
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      'x-content-type-options': 'nosniff',
    });
    expect((await bodyOf(response)).equals(bytesOf(name))).toBe(true);
  });

  test('respond to HEAD as to GET, without the bytes', async () => {
    const [got, head] = [await fetchVideo(), await fetchVideo({ range: 'bytes=0-9' }, 'HEAD')];
    expect(head.status).toBe(200);
    const hopByHop = ['connection', 'date', 'keep-alive'];
    const headers = ({ headers }: Response) =>
      Object.fromEntries([...headers].filter(([name]) => !hopByHop.includes(name)));
    expect(headers(head)).toEqual(headers(got));
    expect((await bodyOf(head)).length).toBe(0);
  });

  test('respond to a preflight, and refuse methods that write', async () => {
    const preflight = await fetchVideo({ origin: 'https://page.example' }, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('range');
    const written = await fetchVideo({}, 'DELETE');
    expect([written.status, written.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test('are the only files: no other name leads to one', async () => {
    const { port } = new URL(world.origin);
    const get = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        // Sent as written: a URL parser would remove the dots.
        const sent = httpRequest({ port, path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject).end();
      });
    const others = ['', 'make.sh', '../video.ts', '%2e%2e/video.ts', '..%2fvideo.ts', 'square-1-1', 'SQUARE-1-1.mp4'];
    for (const name of [
      ...others,
      './square-1-1.mp4',
      '/square-1-1.mp4',
      'square-1-1.mp4/',
      'square-1-1.mp4%00',
      '__proto__',
    ]) {
      expect(await get(`/sandbox/videos/${name}`), name).toBe(404);
    }
  });
});

describe('a range', () => {
  test.each([
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, size - 1],
    ['bytes=-500', size - 500, size - 1],
    ['bytes=0-', 0, size - 1],
    ['bytes=5-5', 5, 5],
    [`bytes=10-${size + 1000}`, 10, size - 1],
    [`bytes=-${size + 1000}`, 0, size - 1],
    ['Bytes=1-2', 1, 2],
  ])('%s gets a 206 with these bytes', async (range, first, last) => {
    const response = await fetchVideo({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/${size}`);
    expect(response.headers.get('content-length')).toBe(String(last - first + 1));
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect((await bodyOf(response)).equals(square.subarray(first, last + 1))).toBe(true);
  });

  test.each([`bytes=${size}-`, `bytes=${size}-${size + 5}`, 'bytes=-0', `bytes=${'9'.repeat(30)}-`])(
    '%s is beyond the end: 416 with the size',
    async (range) => {
      const response = await fetchVideo({ range });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${size}`);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      await response.body?.cancel();
    },
  );

  test.each([
    'bytes=5-2',
    `bytes=${size + 9}-${size}`,
    'bytes=-',
    'bytes=a-b',
    'bytes',
    'items=0-5',
    'bytes=0-1,5-6',
    '',
  ])('“%s” is ignored: the whole file is sent', async (range) => {
    const response = await fetchVideo({ range });
    expect([response.status, (await bodyOf(response)).length]).toEqual([200, size]);
  });

  test('is read exactly, however many digits it has', () => {
    expect(readRange(`bytes=0-${'9'.repeat(400)}`, 10)).toEqual({ first: 0, last: 9 });
  });
});

describe('a condition', () => {
  test('If-None-Match gets a 304 for the current ETag, and the file for any other', async () => {
    const first = await fetchVideo();
    await first.body?.cancel();
    const etag = String(first.headers.get('etag'));
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await fetchVideo({ 'if-none-match': known, range: 'bytes=0-9' });
      expect([response.status, response.headers.get('etag')], known).toEqual([304, etag]);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
    const response = await fetchVideo({ 'if-none-match': '"other"', range: 'bytes=0-9' });
    expect([response.status, (await bodyOf(response)).length]).toEqual([206, 10]);
  });

  test('If-Range applies the range only if its ETag is current', async () => {
    const etag = String((await fetchVideo({}, 'HEAD')).headers.get('etag'));
    const sizeFor = async (held: string) =>
      (await bodyOf(await fetchVideo({ range: 'bytes=0-9', 'if-range': held }))).length;
    expect(await sizeFor(etag)).toBe(10);
    expect(await sizeFor('"other"')).toBe(size);
    expect(await sizeFor(`W/${etag}`)).toBe(size);
    expect(await sizeFor('Mon, 23 Nov 2026 12:00:00 GMT')).toBe(size);
  });
});
