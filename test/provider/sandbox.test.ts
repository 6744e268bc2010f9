import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { randomLifeMsOf } from '../../src/adapter/provider/sandbox/life.ts';
import { readRequestId, requestIdOf } from '../../src/adapter/provider/sandbox/request-id.ts';
import {
  completedWith,
  openSandboxWorld,
  processing,
  queued,
  type SandboxWorld,
  workflowPath,
} from './sandbox-world.ts';

let world: SandboxWorld;

beforeEach(async () => {
  world = await openSandboxWorld();
});

afterEach(() => world.close());

const json = { 'content-type': 'application/json' };

const unauthorized = { error: 'Unauthorized', error_description: 'Missing or invalid API key', status_code: 401 };

describe('a request', () => {
  test('is accepted in the provider’s words, with a poll URL at the address that was called', async () => {
    const response = await world.submit({ text_prompt: 'two people', aspect_ratio: '1:1', seed: '42' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const body: unknown = await response.json();
    expect(body).toEqual({
      message: expect.any(String),
      request_id: expect.stringMatching(/^[0-9a-z_-]{60,120}$/),
      status: 'QUEUED',
      poll_url: expect.stringMatching(new RegExp(`^${world.origin}/sandbox/workflows/request/[0-9a-z_-]+$`)),
    });
  });

  test('takes the poll URL’s host from the Host header', async () => {
    const { port } = new URL(world.origin);
    const sent = httpRequest({
      port,
      path: workflowPath,
      method: 'POST',
      headers: { ...json, host: 'localhost:4711', 'x-api-key': world.apiKey },
    });
    sent.end('{}');
    const [response] = await once(sent, 'response');
    const body: unknown = JSON.parse(await text(response));
    expect(body).toMatchObject({
      poll_url: expect.stringMatching(/^http:\/\/localhost:4711\/sandbox\/workflows\/request\//),
    });
  });

  test('is QUEUED for three seconds, then PROCESSING, then COMPLETED within 14 to 18 s, and stays so', async () => {
    const url = await world.take('two people');
    expect(await world.poll(url)).toEqual(queued);
    world.pass(2799);
    expect(await world.poll(url)).toEqual(queued);
    world.pass(201);
    expect(await world.poll(url)).toEqual(processing);
    world.pass(10_999);
    expect(await world.poll(url)).toEqual(processing);
    world.pass(4001);
    expect(await world.poll(url)).toEqual(completedWith('landscape-16-9'));
    world.pass(3_500_000);
    expect(await world.poll(url)).toEqual(completedWith('landscape-16-9'));
  });

  test('has defaults for missing parameters, and accepts a seed in either form', async () => {
    for (const parameters of [{}, { seed: 7 }, { seed: '-1' }, { seed: -1 }, { text_prompt: '', unknown: true }]) {
      const response = await world.submit(parameters);
      expect(response.status, JSON.stringify(parameters)).toBe(200);
    }
  });

  test.each([
    ['16:9', 'landscape-16-9'],
    ['9:16', 'portrait-9-16'],
    ['1:1', 'square-1-1'],
    ['4:3', 'landscape-4-3'],
    ['3:4', 'portrait-3-4'],
  ])('of %s ends with the video %s', async (ratio, name) => {
    const url = await world.take('@test/ok:1s', ratio);
    world.pass(1000);
    expect(await world.poll(url)).toEqual(completedWith(name));
  });

  test('is kept for an hour, then unknown', async () => {
    const url = await world.take('two people');
    world.pass(3_600_000);
    const response = await world.get(url);
    expect(response.status).toBe(404);
    const id = url.split('/').at(-1);
    expect(await response.json()).toEqual({ error: `Request ${id} not found` });
  });

  test('survives a restart', async () => {
    const url = await world.take('@test/ok:20s', '3:4');
    world.restart();
    expect(await world.poll(url)).toEqual(queued);
    world.pass(20_000);
    expect(await world.poll(url)).toEqual(completedWith('portrait-3-4'));
  });

  test('of a node whose clock runs ahead is QUEUED', async () => {
    const url = await world.take('two people');
    world.pass(-5000);
    expect(await world.poll(url)).toEqual(queued);
  });

  test('is unknown to a sandbox with another secret', async () => {
    const other = await openSandboxWorld({ secret: Buffer.alloc(32, 8) });
    try {
      expect(other.apiKey).not.toBe(world.apiKey);
      const id = (await world.take('two people')).split('/').at(-1);
      const response = await other.get(`${other.origin}/sandbox/workflows/request/${id}`);
      expect(response.status).toBe(404);
    } finally {
      await other.close();
    }
  });

  test('cannot be forged: no character of its id can be changed, added or removed', async () => {
    const url = await world.take('@test/stuck');
    const { pathname } = new URL(url);
    const id = pathname.slice(pathname.lastIndexOf('/') + 1);
    const swapped = [...id].map((digit, at) => id.slice(0, at) + (digit === '0' ? '1' : '0') + id.slice(at + 1));
    const forged = [
      ...swapped,
      `${id}0`,
      id.slice(0, -1),
      id.slice(1),
      id.toUpperCase(),
      `${id}/`,
      '',
      '_',
      'x'.repeat(5000),
    ];
    for (const text of forged) {
      const response = await world.get(`${world.origin}/sandbox/workflows/request/${text}`);
      expect(response.status, text).toBe(404);
      expect(await response.json()).toEqual({ error: `Request ${text} not found` });
    }
  });
});

test('a request id contains every field that it was made of', () => {
  const key = Buffer.alloc(32, 1);
  const request = {
    startedAt: 1_795_000_000_123,
    script: 'poll:502',
    lifeMs: 0,
    ratio: '4:3',
    nonce: '00ff00ff00ff00ff',
    text: null,
  } as const;
  const id = requestIdOf(request, key);
  expect(id).toMatch(/^mwm[0-9a-z]+_poll-502_0_4x3_00ff00ff00ff00ff_[0-9a-f]{32}$/);
  expect(readRequestId(id, key)).toEqual(request);
  // In base64 for URLs it has underscores.
  const worded = { ...request, text: '???>>>_é😀'.repeat(18) };
  const longId = requestIdOf(worded, key);
  expect(longId.length).toBeLessThan(512);
  expect(readRequestId(longId, key)).toEqual(worded);
  expect(readRequestId(id, Buffer.alloc(32, 2))).toBeNull();
});

test('requests run for 14 to 18 s, half of them for less than 15 s', () => {
  expect([0, 0.5, 0.9, 1].map(randomLifeMsOf)).toEqual([14_000, 15_000, 17_240, 18_000]);
});

describe('the key', () => {
  test('looks like the provider’s, and is the same after a restart', async () => {
    expect(world.apiKey).toMatch(/^SG_[0-9a-f]{16}$/);
    world.restart();
    expect((await world.submit({})).status).toBe(200);
  });

  const requests = [
    ['POST', workflowPath],
    ['GET', '/sandbox/workflows/request/abc'],
    ['GET', '/sandbox/v1/get-user-credits'],
    ['GET', '/sandbox/anything'],
  ] as const;

  test.each(requests)('is needed for %s %s', async (method, path) => {
    const wrong = [
      {},
      { authorization: `Bearer ${world.apiKey}0` },
      { authorization: `Basic ${world.apiKey}` },
      { authorization: world.apiKey },
      { authorization: 'Bearer' },
      { 'x-api-key': 'SG_0000000000000000' },
      { 'x-api-key': '' },
    ];
    for (const headers of wrong) {
      const response = await fetch(world.origin + path, { method, headers: { ...json, ...headers } });
      expect(response.status, JSON.stringify(headers)).toBe(401);
      expect(await response.json()).toEqual(unauthorized);
    }
  });

  test('is accepted as a bearer token, as x-api-key, and beside a wrong one in the other form', async () => {
    const right = [
      { authorization: `Bearer ${world.apiKey}` },
      { authorization: `bearer ${world.apiKey}` },
      { 'x-api-key': world.apiKey },
      { 'x-api-key': world.apiKey, authorization: 'Bearer wrong' },
    ];
    for (const headers of right) {
      const response = await fetch(`${world.origin}/sandbox/v1/get-user-credits`, { headers });
      expect(response.status, JSON.stringify(headers)).toBe(200);
      expect(await response.json()).toEqual({ credits: 1000, 'free-credits': 0 });
    }
  });
});
