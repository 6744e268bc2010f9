import { describe, expect, test } from 'vitest';
import { BlobError } from '../../src/ports/video.ts';
import { bodyOf, bytes, openVideos, sha256, stored } from './serving-world.ts';

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
    ['?download=%E2%82%AC%0d%0aX', `attachment; filename="_  X.mp4"; filename*=UTF-8''%E2%82%AC%20%20X.mp4`],
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
