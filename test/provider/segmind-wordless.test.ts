import { describe, expect, it } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { PollResponse, SubmitResult } from '../../src/ports.ts';
import { type Behaviour, json } from './misbehaving-server.ts';
import { jobOf, openWorld, yes } from './segmind-world.ts';

const url = 'https://images.segmind.com/outputs/x.mp4';

const bare = 'https://images.segmind.com/outputs/abc';

const video = { url, contentType: 'video/mp4', expiresAt: null };

const withVideo: readonly (readonly [string, object])[] = [
  ['output', { output: url }],
  [
    'the text of a named output',
    { output: JSON.stringify([{ keyname: 'Video', value: { data: url, type: 'video' } }]) },
  ],
  ['a member that names a video', { message: 'ok', video_url: url }],
  ['a wrapper', { code: 0, data: { video: { url } } }],
  ['a wrapper’s output', { code: 0, message: 'ok', data: { output: [url] } }],
];

const withoutVideo: readonly (readonly [string, object])[] = [
  ['a page', { message: 'ok', data: bare }],
  ['a picture', { output: 'https://images.segmind.com/outputs/x.png' }],
  ['an input', { message: 'ok', data: { input_video: url } }],
  ['a poster', { output: { preview_video: url } }],
  ['two bare links', { output: [bare, `${bare}2`] }],
];

describe('the response to a submit without an id and without a status', () => {
  it.each(withVideo)('completes the job by the video in %s', async (_, body) => {
    const result = await submitTo(json(200, { ...body, seed: 7, metrics: { cost: 0.5 } }));
    expect(result).toMatchObject({
      type: 'accepted',
      requestId: null,
      poll: { type: 'completed', video },
      details: { seedUsed: 7, providerCost: 0.5 },
    });
  });

  it('completes the job by a bare link in output, and by a video beside a word that nobody knows', async () => {
    expect(await submitTo(json(200, { output: bare }))).toMatchObject({ poll: { video: { url: bare } } });
    expect(await submitTo(json(200, { status: 'archived', output: url }))).toMatchObject({ poll: { video } });
  });

  it.each(withoutVideo)('is not understood with %s', async (_, body) => {
    expect(await submitTo(json(200, body))).toEqual({ type: 'unconfirmed', httpStatus: 200, ...anyDetails(body) });
  });

  it('is a refusal if it reports an error, and not understood if the job runs', async () => {
    expect(await submitTo(json(200, { error: 'No GPU', video_url: url }))).toMatchObject({ type: 'refused' });
    expect(await submitTo(json(200, { status: 'QUEUED', video_url: url }))).toMatchObject({ type: 'unconfirmed' });
  });

  it.each([500, 502, 503])('with HTTP %i and a video is never sent again', async (code) => {
    const event = await submitTo(json(code, { output: url }));
    expect(event).toMatchObject({ type: 'unconfirmed', httpStatus: code });
  });

  it('with an id and a video is polled for its status', async () => {
    const event = await submitTo(json(200, { request_id: 'abc123', video_url: url }));
    expect(event).toMatchObject({ type: 'accepted', requestId: 'abc123', poll: { type: 'seen', status: null } });
  });
});

describe('the response to a poll without a status', () => {
  it.each(withVideo)('shows the video in %s, which a second poll confirms', async (_, body) => {
    const { event, details } = await pollTo(json(200, { ...body, seed: 7 }));
    expect(event).toEqual({ type: 'seen', status: null });
    expect(details).toMatchObject({ videoBeside: video, unknownWord: null, seedUsed: 7 });
  });

  it.each([...withoutVideo, ['an error beside it', { error: 'No GPU', output: url }] as const])(
    'is a fault with %s',
    async (_, body) => {
      expect(await pollTo(json(200, body))).toEqual({ event: { type: 'fault' }, retryAt: null });
    },
  );

  it.each([404, 429, 502])('is a fault with HTTP %i, even if it has a video', async (code) => {
    expect((await pollTo(json(code, { output: url }))).event).toEqual({ type: 'fault' });
  });
});

describe('the code of a 200 without an id', () => {
  it.each([
    ...['SUBMITTED', 'Task_Submitted', 'CREATED', 'Queued', 'processing', 'S0000', 'ACK', 0, '0', 200, '201', '000'],
  ])('%j is not that of an error', async (code) => {
    const event = await submitTo(json(200, { code, message: 'We have it' }));
    expect(event).toMatchObject({ type: 'unconfirmed', httpStatus: 200 });
  });

  it.each([
    ...[1001, '1001', -1, '-1', 400, '500', 'E1001', 'InvalidParameter', 'INTERNAL_ERROR', 'TaskFailed', 'FAIL'],
    ...['rate_limit_exceeded', 'AccessDenied', 'Timed-Out', 'NotFound', 'canceled', 'Service.Unavailable'],
  ])('%j is that of an error', async (code) => {
    const failure = jobFailure('GENERATION_FAILED', null, 'No.');
    expect(await submitTo(json(200, { code, message: 'No.' }))).toMatchObject({ type: 'refused', failure });
    expect(await submitTo(json(200, { data: { code, msg: 'No.' } }))).toMatchObject({ type: 'refused', failure });
  });

  it.each([
    ['Arrearage.Balance', 'INSUFFICIENT_CREDITS'],
    ['QUOTA', 'INSUFFICIENT_CREDITS'],
    ['nsfw', 'CONTENT_REJECTED'],
    ['Moderated', 'CONTENT_REJECTED'],
  ])('%s says why, too', async (code, failureCode) => {
    const event = await submitTo(json(200, { code, message: 'No.' }));
    expect(event).toMatchObject({ type: 'refused', failure: { code: failureCode } });
  });
});

describe('a 5xx to a poll', () => {
  it.each(
    [500, 502, 503, 504].flatMap((code) => ['COMPLETED', 'success', 'Done'].map((word) => [code, word] as const)),
  )('%i with %s and no video is a fault', async (code, status) => {
    for (const body of [
      { status },
      { status, output: '' },
      { status, output: 'Out of memory' },
      { status, error: 'x' },
    ]) {
      expect((await pollTo(json(code, body))).event).toEqual({ type: 'fault' });
    }
    const { event } = await pollTo(json(code, { status, output: url }));
    expect(event).toEqual({ type: 'completed', video });
  });

  it.each([
    'Content blocked by the upstream firewall',
    'Request blocked: content policy',
    'The safety of our network: your IP is blocked',
  ])('is no rejected content because of “%s”, unless its status word says so', async (error) => {
    const codeOf = async (code: number, status: string) => {
      const { event } = await pollTo(json(code, { status, error }));
      return event.type === 'failed' ? event.failure.code : event.type;
    };
    for (const code of [500, 502, 503]) {
      expect(await codeOf(code, 'FAILED')).toBe('GENERATION_FAILED');
      expect(await codeOf(code, 'ERROR')).toBe('fault');
      expect(await codeOf(code, 'BLOCKED')).toBe('CONTENT_REJECTED');
    }
    expect(await codeOf(200, 'FAILED')).toBe('CONTENT_REJECTED');
  });

  it('is rejected content because of other words for that, in a record that failed', async () => {
    const { event } = await pollTo(json(500, { status: 'FAILED', error: 'NSFW content detected' }));
    expect(event).toMatchObject({ type: 'failed', failure: { code: 'CONTENT_REJECTED' } });
  });
});

/** A response's message is kept for the operator, whatever it means. */
function anyDetails(body: object): object {
  return 'message' in body ? { details: expect.objectContaining({ providerMessage: body.message }) } : {};
}

async function submitTo(behaviour: Behaviour): Promise<SubmitResult> {
  const { segmind } = await openWorld(behaviour);
  return segmind.submit(jobOf(), yes);
}

async function pollTo(behaviour: Behaviour): Promise<PollResponse> {
  const { segmind, running } = await openWorld(behaviour);
  const { retryAt, ...response } = await segmind.poll(running);
  return {
    ...response,
    retryAt: retryAt === null ? null : 0,
    ...(response.event.type === 'fault' ? { retryAt: null } : {}),
  };
}
