import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { completedWith, openSandboxWorld, processing, publicUrl, queued, type SandboxWorld } from './sandbox-world.ts';

let world: SandboxWorld;

beforeEach(async () => {
  world = await openSandboxWorld();
});

afterEach(() => world.close());

const done = completedWith('landscape-16-9');

const video = `${publicUrl}/sandbox/videos/landscape-16-9.mp4`;

describe('a prompt with a time', () => {
  test.each([
    ['@test/ok:3s', 3000],
    ['@test/ok:0.5s', 500],
    ['@test/ok:250ms', 250],
    ['@test/ok:1.5m', 90_000],
    ['@test/ok:3s and two people', 3000],
    ['@test/slow:60s', 60_000],
    ['@test/slow', 60_000],
    ['@test/slow:30m', 1_800_000],
  ])('%s is COMPLETED after %d ms', async (prompt, lifeMs) => {
    const url = await world.take(prompt);
    expect(await world.poll(url)).toEqual(queued);
    world.pass(lifeMs - 1);
    expect(await world.poll(url)).toEqual(processing);
    world.pass(1);
    expect(await world.poll(url)).toEqual(done);
  });

  test('@test/ok:0s is COMPLETED at the first poll', async () => {
    expect(await world.poll(await world.take('@test/ok:0s'))).toEqual(done);
  });
});

test('every other prompt is COMPLETED after about 15 s, including unknown scripts', async () => {
  const prompts = [
    'two people',
    '@test/ok',
    '@test/',
    '@test/no-such',
    '@test/toString',
    '@test/ok:soon',
    '@test/fail:',
  ];
  for (const prompt of [
    ...prompts,
    ' @test/fail',
    '@TEST/fail',
    'about @test/fail',
    '@test/poll-502',
    '@test/submit:418',
  ]) {
    const url = await world.take(prompt);
    world.pass(13_999);
    expect(await world.poll(url), prompt).toEqual(processing);
    world.pass(4001);
    expect(await world.poll(url), prompt).toEqual(done);
  }
});

test('@test/fail is FAILED with a sentence after 3 s', async () => {
  const url = await world.take('@test/fail');
  world.pass(2999);
  expect(await world.poll(url)).toEqual(processing);
  world.pass(1);
  const error = 'The sandbox failed this video, as its prompt asked.';
  expect(await world.poll(url)).toEqual({ status: 'FAILED', error, output: '' });
});

test('@test/fail:… is FAILED with these words', async () => {
  const url = await world.take('@test/fail:The model lost its “way”. \u{1F3AC}');
  world.restart();
  world.pass(3000);
  expect(await world.poll(url)).toEqual({ status: 'FAILED', error: 'The model lost its “way”. \u{1F3AC}', output: '' });
});

test('@test/timeout is TIMED_OUT after 3 s', async () => {
  const url = await world.take('@test/timeout');
  world.pass(3000);
  const error = 'The sandbox ran out of time for this video.';
  expect(await world.poll(url)).toEqual({ status: 'TIMED_OUT', error, output: '' });
});

test('@test/moderated is refused by a content policy after 3 s', async () => {
  const url = await world.take('@test/moderated');
  world.pass(3000);
  const error = 'The prompt was flagged by the sandbox’s content policy.';
  expect(await world.poll(url)).toEqual({ status: 'FAILED', error, output: '' });
});

test('@test/progress takes 30 s, or the time it names', async () => {
  const [first, second] = [await world.take('@test/progress'), await world.take('@test/progress:5s')];
  world.pass(29_999);
  expect(await world.poll(first)).toEqual(processing);
  expect(await world.poll(second)).toEqual(done);
  world.pass(1);
  expect(await world.poll(first)).toEqual(done);
});

test('@test/submit:200-failed says FAILED inside a 200, without an id', async () => {
  const response = await world.submit({ text_prompt: '@test/submit:200-failed' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'FAILED', error: 'The sandbox failed this request at once.' });
});

test.each(['@test/stuck', '@test/stuck:10s'])('%s never ends while its record is kept', async (prompt) => {
  const url = await world.take(prompt);
  expect(await world.poll(url)).toEqual(queued);
  world.pass(3_599_999);
  expect(await world.poll(url)).toEqual(processing);
});

describe('@test/submit', () => {
  test.each([
    [400, { error: 'Invalid parameters or request format' }],
    [401, { error: 'Unauthorized', error_description: 'Missing or invalid API key', status_code: 401 }],
    [403, { error: 'Forbidden', error_description: 'Insufficient permissions', status_code: 403 }],
    [404, { error: 'Workflow not found' }],
    [406, { error: 'Not enough credits to process request' }],
    [410, { error: 'This workflow has been retired' }],
    [500, { error: 'Internal server error' }],
  ])(':%d is refused so, each time', async (status, body) => {
    for (let round = 0; round < 3; round += 1) {
      const response = await world.submit({ text_prompt: `@test/submit:${status}` });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual(body);
    }
  });

  test.each([502, 504])(':%d is a page of a proxy', async (status) => {
    const response = await world.submit({ text_prompt: `@test/submit:${status}` });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toContain(`<h1>${status} `);
  });

  test(':reset cuts the connection without a byte of a response', async () => {
    const failure: unknown = await world.submit({ text_prompt: '@test/submit:reset' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(failure).toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect((await world.submit({})).status).toBe(200);
  });

  test(':429 comes twice, with a reset time one second ahead, then the request is accepted; the next request starts again', async () => {
    const submit = (parameters: object) => world.submit({ text_prompt: '@test/submit:429', seed: '1', ...parameters });
    for (let round = 0; round < 2; round += 1) {
      const first = await submit({});
      expect([first.status, await first.json()]).toEqual([429, { error: 'Too many requests' }]);
      expect(first.headers.get('x-rate-limit-reset-at-utc')).toBe('2026-11-23T12:00:01.000Z');
      expect((await submit({})).status).toBe(429);
      expect((await submit({})).status).toBe(200);
    }
    expect((await submit({})).status).toBe(429);
    expect((await submit({ seed: '2' })).status).toBe(429);
    expect((await submit({ aspect_ratio: '1:1' })).status).toBe(429);
    expect((await submit({})).status).toBe(429);
    expect((await submit({})).status).toBe(200);
  });
});

describe('@test/poll', () => {
  const notFound = /^\{"error":"Request [0-9a-z_-]+ not found"\}$/;
  test.each([
    ['502', 502, /502 Bad Gateway/],
    ['html', 200, /^<!doctype html>/],
    ['404', 404, notFound],
  ])(':%s is so for the first three polls, then goes on as usual', async (name, status, body) => {
    const url = await world.take(`@test/poll:${name}`);
    const other = await world.take(`@test/poll:${name}`);
    for (let round = 0; round < 3; round += 1) {
      const response = await world.get(url);
      expect(response.status).toBe(status);
      expect(await response.text()).toMatch(body);
    }
    expect(await world.poll(url)).toEqual(queued);
    world.pass(3000);
    expect(await world.poll(url)).toEqual(done);
    expect((await world.get(other)).status).toBe(status);
  });
});

describe('@test/output', () => {
  const named = { keyname: 'Video', value: { data: video, type: 'video' } };
  test.each([
    ['none', '[]'],
    ['string', JSON.stringify([video])],
    ['double', JSON.stringify(JSON.stringify([named]))],
    ['object', named],
    ['url', video],
  ])(':%s is COMPLETED after 3 s with an output of that shape', async (name, output) => {
    const url = await world.take(`@test/output:${name}`);
    world.pass(2999);
    expect(await world.poll(url)).toEqual(processing);
    world.pass(1);
    expect(await world.poll(url)).toEqual({ status: 'COMPLETED', output });
  });
});
