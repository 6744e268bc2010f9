import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { copyGone } from '../../src/domain/copy.ts';
import { jobFailure } from '../../src/domain/failure-code.ts';
import { jobTopic } from '../../src/ports.ts';
import { BlobError, SourceError, type SourceResponse } from '../../src/video-ports.ts';
import { bytes, completed, openVideos, running, sha256, stored, whole } from './serving-world.ts';

const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('a video that is not there yet', () => {
  test('is 404 with the time after which to ask again, and nothing may keep that answer', async () => {
    const { get } = await openVideos(running);
    const response = await get();
    expect(response.status).toBe(404);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  test('arrives in the same request with ?wait', async () => {
    const { get, jobs, bell } = await openVideos(running);
    const waiting = get({ query: '?wait=25' });
    await sleep(50);
    // A ring that changes nothing keeps it waiting.
    bell.ring([jobTopic(running.id)]);
    await sleep(50);
    jobs.set(running.videoId, stored);
    bell.ring([jobTopic(running.id)]);
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(await bodyOf(response)).toEqual(bytes);
  });

  test('is 404 when the wait is over, also if the ring was lost', async () => {
    const { get, jobs } = await openVideos(running);
    expect((await get({ query: '?wait=1' })).status).toBe(404);
    const waiting = get({ query: '?wait=1' });
    await sleep(50);
    jobs.set(running.videoId, stored);
    expect((await waiting).status).toBe(200);
  });

  test.each(['?wait=', '?wait=soon', '?wait=-1', '?wait=0'])('does not wait for %s', async (query) => {
    const { get } = await openVideos(running);
    expect((await get({ query })).status).toBe(404);
  });

  test('lets a waiting client go when it disconnects, and all of them at the stop', async () => {
    const { get, bell, faults } = await openVideos(running);
    const controller = new AbortController();
    const waiting = get({ query: '?wait=25', signal: controller.signal }).catch(() => 'gone');
    await sleep(50);
    controller.abort();
    expect(await waiting).toBe('gone');
    await sleep(20);
    bell.ring([jobTopic(running.id)]);
    expect(faults).toEqual([]);
  });

  test('never comes for a job that ended without one: no Retry-After', async () => {
    const failed = { ...running, state: 'FAILED', failure: jobFailure('GENERATION_FAILED'), finishedAt: 1 } as const;
    const { get } = await openVideos(failed);
    const response = await get({ query: '?wait=25' });
    expect(response.status).toBe(404);
    expect(response.headers.has('retry-after')).toBe(false);
  });
});

describe('a stored video', () => {
  test('is sent whole, with headers that let every player keep it and seek in it', async () => {
    const { get, asked } = await openVideos(stored);
    const response = await get();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-length': String(bytes.length),
      'content-security-policy': 'sandbox',
      'content-type': 'video/mp4',
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${sha256}"`,
      'x-request-id': 'r',
    });
    expect(response.headers.has('content-disposition')).toBe(false);
    expect(await bodyOf(response)).toEqual(bytes);
    expect(asked).toEqual([]);
  });

  test.each([
    ['bytes=0-0', 206, 0, 1],
    ['bytes=100-199', 206, 100, 200],
    ['bytes=4990-', 206, 4990, 5000],
    ['bytes=4990-9999', 206, 4990, 5000],
    ['bytes=-10', 206, 4990, 5000],
    ['bytes=-9999', 206, 0, 5000],
    ['bytes=0-1,5-6', 200, 0, 5000],
    ['lines=0-1', 200, 0, 5000],
    ['bytes=9-1', 200, 0, 5000],
  ])('answers Range: %s with %i', async (range, status, start, end) => {
    const { get } = await openVideos(stored);
    const response = await get({ headers: { range } });
    expect(response.status).toBe(status);
    expect(await bodyOf(response)).toEqual(bytes.subarray(start, end));
    expect(response.headers.get('content-length')).toBe(String(end - start));
    expect(response.headers.get('content-range')).toBe(status === 206 ? `bytes ${start}-${end - 1}/5000` : null);
  });

  test('answers 416 for a range behind its end', async () => {
    const { get } = await openVideos(stored);
    const response = await get({ headers: { range: 'bytes=5000-' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */5000']);
  });

  test.each([
    [{ 'if-none-match': `"${sha256}"` }, 304],
    [{ 'if-none-match': `"other", W/"${sha256}"` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ range: 'bytes=0-9', 'if-range': `"${sha256}"` }, 206],
    [{ range: 'bytes=0-9', 'if-range': '"other"' }, 200],
    [{ range: 'bytes=0-9', 'if-range': 'Sun, 29 Nov 2026 00:00:00 GMT' }, 200],
  ])('heeds %j: %i', async (headers, status) => {
    const { get } = await openVideos(stored);
    expect((await get({ headers })).status).toBe(status);
  });

  test('answers HEAD like GET, without the bytes', async () => {
    const { get } = await openVideos(stored);
    const response = await get({ method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '5000']);
  });

  test.each([
    ['?download', `attachment; filename="video-2026-11-29-01234567.mp4"`],
    ['?download=Strand', `attachment; filename="Strand.mp4"`],
    ['?download=a%2Fb..%5Cc.mp4', `attachment; filename="a b.. c.mp4"`],
    ['?download=..%2F..%2Fetc', `attachment; filename=" .. etc.mp4"`],
    ['?download=%E2%82%AC%0d%0aX', `attachment; filename="?  X.mp4"; filename*=UTF-8''%E2%82%AC%20%20X.mp4`],
  ])('is saved under a name that no system objects to: %s', async (query, header) => {
    const { get } = await openVideos(stored);
    expect((await get({ query })).headers.get('content-disposition')).toBe(header);
  });

  test('has its poster at the same address with .jpg', async () => {
    const { get, poster } = await openVideos(stored);
    const response = await get({ poster: true });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(await bodyOf(response)).toEqual(poster);
    expect((await get({ poster: true, method: 'HEAD' })).headers.get('content-length')).toBe(String(poster.length));
    const without = await openVideos({ ...stored, copy: { ...stored.copy, hasPoster: false } });
    expect((await without.get({ poster: true })).status).toBe(404);
  });

  test('is read from the provider if the store has lost it, and the operator learns of it', async () => {
    const { get, blobs, asked, log } = await openVideos(stored);
    await blobs.remove(`${stored.videoId}.mp4`);
    expect(await bodyOf(await get())).toEqual(bytes);
    expect(asked).toHaveLength(1);
    expect(log.messages()).toEqual(['A stored video is missing from the store of videos.']);
  });

  test('is 503 while the store cannot be read', async () => {
    const { blobs } = await openVideos(stored);
    const broken = { ...blobs, open: () => Promise.reject(new BlobError('unavailable', 'It is away.')) };
    const { get, log } = await openVideos(stored, { blobs: broken });
    const response = await get();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(log.messages()).toEqual(['A stored video could not be read.']);
  });

  test('is reached by a link of the store’s own where that is wanted', async () => {
    const { blobs } = await openVideos(stored);
    const linking = { ...blobs, linkOf: async (name: string) => `https://bucket.example.com/${name}?signed` };
    const { get } = await openVideos(stored, { blobs: linking, redirects: true });
    const response = await get();
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`https://bucket.example.com/${stored.videoId}.mp4?signed`);
    // A signed link is for GET alone.
    expect((await get({ method: 'HEAD' })).status).toBe(200);
  });
});

describe('a video that the provider still has', () => {
  const offered = (patch: Partial<SourceResponse>) => {
    const source = { open: async () => ({ ...whole, ...patch }), close: () => Promise.resolve() };
    return { sources: () => ({ LIVE: source, TEST: source }) };
  };

  test('is passed through, ranges too, and not kept', async () => {
    const { get, asked } = await openVideos(completed);
    const response = await get({ headers: { range: 'bytes=0-99' } });
    expect(await bodyOf(response)).toEqual(bytes);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(asked).toMatchObject([{ url: completed.video?.url, method: 'GET', range: 'bytes=0-99' }]);
    await get({ headers: { range: 'bytes=0-99', 'if-range': '"old"' } });
    expect(asked[1]?.range).toBeNull();
    const head = await get({ method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5000']);
  });

  test.each([
    [404, 404],
    [410, 404],
    [403, 502],
    [500, 502],
    [416, 416],
  ])('is refused as %i by the provider: %i', async (status, answered) => {
    const { get } = await openVideos(completed, offered({ status, contentLength: null }));
    expect((await get()).status).toBe(answered);
  });

  test('is 502 if the provider cannot be read', async () => {
    const source = {
      open: () => Promise.reject(new SourceError('unreachable', 'No connection.')),
      close: () => Promise.resolve(),
    };
    const { get, log } = await openVideos(completed, { sources: () => ({ LIVE: source, TEST: source }) });
    expect((await get()).status).toBe(502);
    expect(log.messages()).toEqual(['A video could not be read from the provider.']);
  });
});

describe('other requests', () => {
  test('a deleted video, an unknown one and other names are 404', async () => {
    const { get, url } = await openVideos({ ...stored, copy: copyGone(stored, Date.now()) });
    expect((await get()).status).toBe(404);
    for (const other of [`${url}x`, url.replace('0123', '3210'), url.replace('.mp4', '.webm'), `${url}/`]) {
      expect((await fetch(other)).status, other).toBe(404);
    }
  });

  test('a link that is not signed, or expired, is 403 with a sentence', async () => {
    const expired = await openVideos(stored, { gateway: { linkedJob: async () => 'expired' } });
    expect(await (await expired.get()).text()).toContain('This link has expired: read videoUrl again');
    const refused = await openVideos(stored, { gateway: { linkedJob: async () => 'wrong' } });
    expect((await refused.get()).status).toBe(403);
  });

  test('only GET, HEAD and a preflight are answered', async () => {
    const { get } = await openVideos(stored);
    const preflight = await get({
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Range');
    const put = await get({ method: 'PUT', body: 'x' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});
