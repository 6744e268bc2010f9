import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { copyGone } from '../../src/domain/copy.ts';
import { jobFailure } from '../../src/domain/failure-code.ts';
import { SourceError, type SourceResponse } from '../../src/ports/video.ts';
import { jobTopic } from '../../src/ports.ts';
import { bodyOf, bytes, completed, openVideos, running, stored, whole } from './serving-world.ts';

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
