import { describe, expect, it } from 'vitest';
import type { SegmindOptions } from '../../src/adapter/provider/segmind/client.ts';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { PollResponse } from '../../src/ports.ts';
import { type Behaviour, cut, cutAfter, hang, hangAfter, html, json, status, text } from './misbehaving-server.ts';
import { apiKey, jobOf, now, openClient, openServer, openWorld } from './segmind-world.ts';

const video = 'https://images.segmind.com/outputs/x.mp4';

const output = JSON.stringify([{ keyname: 'Video', value: { data: video, type: 'video' } }]);

const completed = { type: 'completed', video: { url: video, contentType: 'video/mp4', expiresAt: null } };

const fault = { event: { type: 'fault' }, retryAt: null };

describe('a poll', () => {
  it('is one GET of the poll_url with the key', async () => {
    const { server, segmind } = await openWorld(json(200, { status: 'QUEUED' }));
    await segmind.poll(jobOf({ pollUrl: `${server.origin}/workflows/request/abc123?x=1` }));
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/workflows/request/abc123?x=1', body: '' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      accept: 'application/json',
    });
  });

  it('uses the request id if a row has no address', async () => {
    const { server, segmind } = await openWorld(json(200, { status: 'QUEUED' }));
    await segmind.poll(jobOf({ requestId: 'a/b' }));
    expect(server.requests[0]?.path).toBe('/workflows/request/a%2Fb');
    expect(await segmind.poll(jobOf())).toEqual(fault);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a running job', () => {
  it.each([
    ['QUEUED', 'QUEUED'],
    ['PENDING', 'QUEUED'],
    ['PROCESSING', 'PROCESSING'],
    ['IN_PROGRESS', 'PROCESSING'],
    [' processing\n', 'PROCESSING'],
    ['Warming up', null],
    ['constructor', null],
  ])('of status %j is seen as %j', async (word, seen) => {
    const { event, retryAt, details } = await poll(json(200, { status: word, output: '' }));
    expect({ event, retryAt }).toEqual({ event: { type: 'seen', status: seen }, retryAt: null });
    expect(details?.unknownWord ?? null).toBe(seen === null ? word : null);
  });

  it('has an output that is not read before the end', async () => {
    const { event } = await poll(json(200, { status: 'PROCESSING', output, error: 'not yet' }));
    expect(event).toEqual({ type: 'seen', status: 'PROCESSING' });
  });

  it('is read with any 2xx and any content type', async () => {
    const behaviour = text(202, '{"status":"QUEUED"}', { 'content-type': 'text/html' });
    expect(await poll(behaviour)).toHaveProperty('event', { type: 'seen', status: 'QUEUED' });
  });
});

describe('a job that completed', () => {
  it.each(['COMPLETED', 'SUCCEEDED', 'SUCCESS', ' completed '])('of status %j has its video', async (word) => {
    const { event } = await poll(json(200, { status: word, output, error: null, error_message: '' }));
    expect(event).toEqual(completed);
  });

  it.each([0, 1, 604_800_000])('is kept by the provider for %i ms', async (fileLifetimeMs) => {
    const { event } = await poll(json(200, { status: 'COMPLETED', output }), { fileLifetimeMs });
    expect(event).toHaveProperty('video.expiresAt', now + fileLifetimeMs);
  });

  it.each(['', null, '[]', 'javascript:alert(1)', 'data:video/mp4;base64,AAAA', 'sorry', 17])(
    'with the output %j has no usable video',
    async (none) => {
      const failure = jobFailure('PROVIDER_BAD_OUTPUT');
      expect(await poll(json(200, { status: 'COMPLETED', output: none }))).toHaveProperty('event', {
        type: 'failed',
        failure,
      });
    },
  );
});

describe('a job that failed', () => {
  it.each(['FAILED', 'ERROR', 'CANCELLED', 'CANCELED', ' failed '])('of status %j has its reason', async (word) => {
    const { event } = await poll(json(200, { status: word, error: 'CUDA out of memory', output: '' }));
    expect(event).toEqual({ type: 'failed', failure: jobFailure('GENERATION_FAILED', null, 'CUDA out of memory') });
  });

  it('is recognised by its status, whatever its words', async () => {
    const { event } = await poll(json(200, { status: 'FAILED', message: 'still processing, please wait' }));
    expect(event).toMatchObject({ type: 'failed', failure: { message: 'still processing, please wait' } });
  });

  it('has our own sentence if the provider gives none', async () => {
    const { event } = await poll(json(200, { status: 'FAILED', error: null }));
    expect(event).toEqual({ type: 'failed', failure: jobFailure('GENERATION_FAILED') });
  });

  it('that timed out has its own code and our own sentence', async () => {
    const { event } = await poll(json(200, { status: 'TIMEOUT', error: 'node 7 timed out' }));
    expect(event).toEqual({ type: 'failed', failure: jobFailure('PROVIDER_TIMEOUT') });
  });
});

describe('a request that the provider does not know', () => {
  it.each([
    { error: 'Request abc123 not found' },
    { status: 'error', message: 'request not found' },
    { detail: 'No such request' },
    { error: { code: 'NOT_FOUND', message: 'abc123: not found' } },
  ])('is missing: %j', async (body) => {
    expect(await poll(json(404, body))).toEqual({ event: { type: 'missing' }, retryAt: null });
  });

  it.each([
    ['HTML', html(404)],
    ['nothing', status(404)],
    ['a wrong path', json(404, { detail: 'Not Found' })],
    ['no reason', json(404, {})],
    ['a general error code', json(404, { error: { type: 'invalid_request_error', message: 'Not Found' } })],
    ['another status', json(400, { error: 'Request abc123 not found' })],
  ])('is not meant by %s', async (_, behaviour) => {
    expect(await poll(behaviour)).toEqual(fault);
  });
});

describe('a transient fault', () => {
  it.each([
    ...[400, 405, 408, 410, 422, 500, 502, 503, 504].flatMap((code) => [
      [`a ${code} of JSON`, json(code, { error: 'x' })] as const,
      [`a ${code} of HTML`, html(code)] as const,
      [`a ${code} with a job that runs`, json(code, { status: 'PROCESSING' })] as const,
    ]),
    ['HTML under a 200', html(200)],
    ['an empty body', status(200)],
    ['no content', status(204)],
    ['a list of several', json(200, [{ status: 'COMPLETED' }, { status: 'COMPLETED' }])],
    ['null', text(200, 'null')],
    ['no status', json(200, { output: '' })],
    ['a blank status', json(200, { status: ' ' })],
    ['a status that is no word', json(200, { status: 200 })],
    ['half a response', cutAfter(200, '{"status":"COMP')],
    ['a cut connection', cut],
    ['no HTTP', (response) => response.socket?.end('hello')] as const,
    ['more than 1 MiB', json(200, { status: 'COMPLETED', output: `${video}?${'x'.repeat(1_048_576)}` })],
    ['an endless body', endless],
  ] satisfies readonly (readonly [string, Behaviour])[])('is %s', async (_, behaviour) => {
    expect(await poll(behaviour)).toEqual(fault);
  });

  it('is a response that takes too long, in its head or in its body', async () => {
    const timeouts = { pollMs: 200 };
    expect(await poll(hang, { timeouts })).toEqual(fault);
    expect(await poll(hangAfter(200, '{"status":'), { timeouts })).toEqual(fault);
  });

  it('is a connection that cannot be opened', async () => {
    const server = await openServer();
    await server.close();
    const segmind = openClient({ baseUrl: server.origin });
    expect(await segmind.poll(jobOf({ requestId: 'abc123' }))).toEqual(fault);
  });

  it('is a 429, which says when to poll again', async () => {
    const headers = { 'x-rate-limit-reset-at-utc': '2026-11-23T05:00:30Z' };
    expect(await poll(json(429, { error: 'slow down' }, headers))).toEqual({
      event: { type: 'fault' },
      retryAt: now + 30_000,
    });
  });

  it('leaves the job to the next poll', async () => {
    const { server, segmind, running } = await openWorld(html(502));
    expect(await segmind.poll(running)).toEqual(fault);
    server.behave(json(200, { status: 'COMPLETED', output }));
    expect(await segmind.poll(running)).toEqual({ event: completed, retryAt: null });
  });
});

async function poll(behaviour: Behaviour, options: Partial<SegmindOptions> = {}): Promise<PollResponse> {
  const { segmind, running } = await openWorld(behaviour, { auth: 'both', ...options });
  return segmind.poll(running);
}

function endless(response: Parameters<Behaviour>[0]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => {
    response.write(' '.repeat(262_144));
  }, 1);
  response.on('close', () => clearInterval(timer));
}
