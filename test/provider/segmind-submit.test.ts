import { describe, expect, it } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { AspectRatio, SubmitEvent } from '../../src/domain/job.ts';
import { type Behaviour, cutAfter, json, status, text } from './misbehaving-server.ts';
import { apiKey, bare, jobOf, openClient, openServer, openWorld, yes } from './segmind-world.ts';

const queued = { message: 'ok', request_id: 'abc123', status: 'QUEUED' };

describe('the request of a submit', () => {
  it('is one POST of the workflow’s parameters, with the key', async () => {
    const { server, segmind } = await openWorld(json(200, queued));
    await segmind.submit(jobOf({ prompt: 'Büro “A”\n2 people', seed: -1 }), yes);
    expect(server.requests).toHaveLength(1);
    const [seen] = server.requests;
    expect(seen).toMatchObject({ method: 'POST', path: '/workflows/67c6b3b9f6cf2bb5a9b16b3e-v8' });
    expect(seen?.headers).toMatchObject({
      host: server.origin.slice(7),
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      text_prompt: 'Büro “A”\n2 people',
      aspect_ratio: '16:9',
      seed: '-1',
    });
  });

  it('sends the seed as a number if the setting says so', async () => {
    const { server, segmind } = await openWorld(json(200, queued), { seedType: 'number' });
    await segmind.submit(jobOf({ seed: 9_007_199_254_740_991 }), yes);
    expect(server.requests[0]?.body).toContain('"seed":9007199254740991');
  });

  it.each<[AspectRatio, string]>([
    ['LANDSCAPE_16_9', '16:9'],
    ['PORTRAIT_9_16', '9:16'],
    ['SQUARE_1_1', '1:1'],
    ['LANDSCAPE_4_3', '4:3'],
    ['PORTRAIT_3_4', '3:4'],
  ])('calls %s %s', async (aspectRatio, name) => {
    const { server, segmind } = await openWorld(json(200, queued));
    await segmind.submit(jobOf({ aspectRatio }), yes);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toHaveProperty('aspect_ratio', name);
  });

  it('goes below the path of the base URL', async () => {
    const server = await openServer(json(200, queued));
    const segmind = openClient({ baseUrl: `${server.origin}/sandbox/` });
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({
      pollUrl: `${server.origin}/sandbox/workflows/request/abc123`,
    });
    expect(server.requests[0]?.path).toBe('/sandbox/workflows/67c6b3b9f6cf2bb5a9b16b3e-v8');
  });
});

describe('a submit that the provider accepts', () => {
  const video = 'https://images.segmind.com/outputs/x.mp4';
  const output = JSON.stringify([{ keyname: 'Video', value: { data: video, type: 'video' } }]);

  it('is accepted with the poll_url that the provider names', async () => {
    const { server, segmind } = await openWorld(status(500));
    const pollUrl = `${server.origin}/workflows/request/other?x=1`;
    server.behave(json(200, { ...queued, poll_url: pollUrl }));
    const poll = { type: 'seen', status: 'QUEUED' };
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'accepted', requestId: 'abc123', pollUrl, poll });
  });

  it.each([200, 201, 202, 299])('is accepted by a %i', async (code) => {
    expect(await submitTo(json(code, queued))).toMatchObject({ type: 'accepted', requestId: 'abc123' });
  });

  it.each([
    ['only a request_id', { request_id: 'abc123' }, 'abc123', '/workflows/request/abc123'],
    ['only a poll_url', { poll_url: '/workflows/request/xyz' }, null, '/workflows/request/xyz'],
    ['an invalid poll_url', { request_id: 'abc123', poll_url: 'soon' }, 'abc123', '/workflows/request/abc123'],
    [
      'nulls beside the id',
      { request_id: 'abc123', poll_url: null, status: null },
      'abc123',
      '/workflows/request/abc123',
    ],
    ['an id of any kind', { request_id: 'a/b c?' }, 'a/b c?', '/workflows/request/a%2Fb%20c%3F'],
    ['a number for an id', { request_id: 17 }, '17', '/workflows/request/17'],
    ['an id beside the request_id', { id: 'wrong', request_id: 'abc123' }, 'abc123', '/workflows/request/abc123'],
  ])('is accepted with %s', async (_, body, requestId, path) => {
    const { server, segmind } = await openWorld(json(200, body));
    const pollUrl = server.origin + path;
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', requestId, pollUrl });
  });

  it.each([
    ['QUEUED', { type: 'seen', status: 'QUEUED' }],
    [' processing ', { type: 'seen', status: 'PROCESSING' }],
    ['WARMING_UP', { type: 'seen', status: null }],
    ['FAILED', { type: 'failed', failure: jobFailure('GENERATION_FAILED', null, 'Out of memory') }],
    ['TIMEOUT', { type: 'failed', failure: jobFailure('PROVIDER_TIMEOUT') }],
  ])('may be %s already', async (word, poll) => {
    const body = { ...queued, status: word, message: 'Out of memory' };
    expect(await submitTo(json(200, body))).toMatchObject({ type: 'accepted', poll });
  });

  it('may be COMPLETED already', async () => {
    const poll = { type: 'completed', video: { url: video, contentType: 'video/mp4', expiresAt: null } };
    const body = { ...queued, status: 'COMPLETED', output };
    expect(await submitTo(json(200, body))).toMatchObject({ type: 'accepted', poll });
  });

  it('is polled after a success without an output, which may only be about the submit', async () => {
    const poll = { type: 'seen', status: null };
    expect(await submitTo(json(200, { ...queued, status: 'success' }))).toMatchObject({ type: 'accepted', poll });
  });

  it('is accepted with any content type, and with a body that is cut after its JSON', async () => {
    const body = JSON.stringify(queued);
    expect(await submitTo(text(200, `\ufeff${body}\n`, { 'content-type': 'text/html' }))).toHaveProperty(
      'type',
      'accepted',
    );
    expect(await submitTo(cutAfter(200, body))).toHaveProperty('type', 'accepted');
  });

  it.each([500, 502, 503, 504])('is accepted by a %i with the record of a job', async (code) => {
    const event = await submitTo(json(code, { ...queued, status: 'PROCESSING' }));
    expect(event).toMatchObject({ type: 'accepted', poll: { type: 'seen', status: 'PROCESSING' } });
  });

  it.each([500, 503])('is never sent again after a %i that shows a job', async (code) => {
    expect(await submitTo(json(code, { status: 'PROCESSING', error: 'x' }))).toMatchObject({ type: 'unconfirmed' });
    const done = await submitTo(json(code, { status: 'COMPLETED', output }));
    expect(done).toMatchObject({ type: 'accepted', poll: { type: 'completed', video: { url: video } } });
    const addressed = { error: 'x', request_id: 'abc123', poll_url: '/workflows/request/abc123' };
    expect(await submitTo(json(code, addressed))).toMatchObject({ type: 'accepted', requestId: 'abc123' });
  });

  it('keeps a finished video and a failure that came without an id', async () => {
    const done = await submitTo(json(200, { status: 'COMPLETED', output }));
    expect(done).toMatchObject({
      type: 'accepted',
      requestId: null,
      poll: { type: 'completed', video: { url: video } },
    });
    const failure = jobFailure('GENERATION_FAILED', null, 'Out of memory');
    expect(await submitTo(json(200, { status: 'FAILED', error: 'Out of memory' }))).toEqual({
      type: 'refused',
      failure,
    });
  });
});

async function submitTo(behaviour: Behaviour): Promise<SubmitEvent> {
  const { segmind } = await openWorld(behaviour, { auth: 'both' });
  return bare(await segmind.submit(jobOf(), yes));
}
