import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scenarios } from '../../dashboard/src/words.ts';
import { withScripts } from '../../src/adapter/provider/sandbox/provider.ts';
import type { Job } from '../../src/domain/job.ts';
import { readScriptCall, scriptNames } from '../../src/domain/sandbox-prompt.ts';
import type { PollResponse, Provider, SubmitResult } from '../../src/ports.ts';
import { sampleJob } from '../domain/sample.ts';
import { completedWith, deadlineMs, openSandboxWorld, processing, type SandboxWorld } from './sandbox-world.ts';

let world: SandboxWorld;

beforeEach(async () => {
  world = await openSandboxWorld();
});

afterEach(() => world.close());

const done = completedWith('landscape-16-9');

describe('the words of prompts', () => {
  test.each([
    ['two people', null],
    [' @test/fail', null],
    ['@TEST/fail', null],
    ['about @test/fail', null],
    ['@test', null],
    ['@test/ok:1.5m and more', { name: 'ok', timeMs: 90_000, text: null }],
    ['@test/slow:60m', { name: 'slow', timeMs: 3_600_000, text: null }],
    ['@test/pending:120s', { name: 'pending', timeMs: 120_000, text: null }],
    ['@test/stuck:10s', { name: 'stuck', timeMs: 10_000, text: null }],
    ['@test/poll:502', { name: 'poll:502', timeMs: null, text: null }],
    ['@test/fail: The lights\nwent out. ', { name: 'fail', timeMs: null, text: 'The lights\nwent out.' }],
    ['@test/fail:3s', { name: 'fail', timeMs: null, text: '3s' }],
    [`@test/fail:${'é'.repeat(150)}`, { name: 'fail', timeMs: null, text: 'é'.repeat(150) }],
  ])('%j means %j', (prompt, call) => {
    expect(readScriptCall(prompt)).toEqual(call);
  });

  test.each([
    ...[
      '@test/',
      '@test/ fail',
      '@test/no-such',
      '@test/toString',
      '@test/OK',
      '@test/ok,',
      '@test/poll-502',
      '@test/submit:418',
    ],
    ...[
      '@test/ok:',
      '@test/ok:soon',
      '@test/ok:3',
      '@test/ok:-3s',
      '@test/ok:3h',
      '@test/ok:1e3s',
      '@test/moderated:3s',
      '@test/timeout:3s',
    ],
    ...['@test/fail:', '@test/fail: \n', `@test/fail:${'é'.repeat(151)}`, '@test/late:61m'],
    ...['@test/slow:61m', '@test/slow:999999999m', '@test/pending:3m', '@test/ok:9999999999s', '@test/submit:429:3s'],
  ])('%s is unknown', (prompt) => {
    expect(readScriptCall(prompt)).toBe('unknown');
  });

  test.each(scriptNames)('%s is known', (name) => {
    expect(readScriptCall(`@test/${name} and more`)).toEqual({ name, timeMs: null, text: null });
  });
});

describe('@test/pending', () => {
  const submit = async (parameters: object) => {
    const response = await world.submit({ text_prompt: '@test/pending:30s', ...parameters });
    return [response.status, response.headers.get('x-rate-limit-reset-at-utc')];
  };

  test('is refused by a 429 with a reset time, and accepted from then on', async () => {
    expect(await submit({})).toEqual([429, '2026-11-23T12:00:30.000Z']);
    world.pass(30_000);
    const url = await world.take('@test/pending:30s');
    world.pass(3000);
    expect(await world.poll(url)).toEqual(done);
    expect(await submit({})).toEqual([429, '2026-11-23T12:01:03.000Z']);
  });

  test('takes 30 s without a time, and no time at all with 0 s', async () => {
    expect(await submit({ text_prompt: '@test/pending' })).toEqual([429, '2026-11-23T12:00:30.000Z']);
    expect(await submit({ text_prompt: '@test/pending:0s' })).toEqual([200, null]);
  });

  test('holds each of two equal jobs for its own time, and a new one although the last was canceled', async () => {
    expect(await submit({})).toEqual([429, '2026-11-23T12:00:30.000Z']);
    world.pass(10_000);
    expect(await submit({})).toEqual([429, '2026-11-23T12:00:40.000Z']);
    world.pass(20_000);
    expect(await submit({})).toEqual([200, null]);
    world.pass(10_000);
    expect(await submit({})).toEqual([200, null]);
    expect(await submit({})).toEqual([429, '2026-11-23T12:01:10.000Z']);
    world.pass(40_000);
    expect(await submit({})).toEqual([429, '2026-11-23T12:01:50.000Z']);
  });
});

test('@test/late ends a little after the deadline, with a video', async () => {
  const url = await world.take('@test/late');
  world.pass(deadlineMs + 10_000);
  expect(await world.poll(url)).toEqual(processing);
  world.pass(5000);
  expect(await world.poll(url)).toEqual(done);
});

test('@test/late with a time ends as soon after that time, or after the deadline if that comes first', async () => {
  const [soon, usual] = [await world.take('@test/late:10s'), await world.take('@test/late:30m')];
  world.pass(24_999);
  expect(await world.poll(soon)).toEqual(processing);
  world.pass(1);
  expect(await world.poll(soon)).toEqual(done);
  world.pass(deadlineMs - 10_000);
  expect(await world.poll(usual)).toEqual(done);
});

describe('beside the provider’s API', () => {
  const noResponse: PollResponse = { event: { type: 'fault' }, retryAt: null };
  const acceptance = { type: 'accepted', requestId: 'r', pollUrl: 'u', poll: { type: 'seen', status: null } } as const;
  const clientOf = (seen: Job[] = []) =>
    withScripts<Provider>({
      submit: () => Promise.resolve<SubmitResult>(acceptance),
      poll(job) {
        seen.push(job);
        return Promise.resolve(noResponse);
      },
    });

  test.each([
    ['@test/stuck:10s', { deadlineMs: 10_000 }],
    ['@test/late:0.5s', { deadlineMs: 500 }],
    ['@test/stuck', {}],
    ['@test/slow:240s', { knownMs: 240_000 }],
    ['@test/slow', { knownMs: 60_000 }],
    ['@test/ok:3s with words', { knownMs: 3000 }],
    ['@test/fail', { knownMs: 3000 }],
    // The time in this prompt is over once the job is accepted.
    ['@test/pending:60s', { knownMs: 3000 }],
    // Their time is drawn, or they take longer than their script says.
    ['@test/ok', {}],
    ['@test/poll:502', {}],
    ['@test/progress:20s', {}],
    ['@test/output:none', {}],
    ['stuck:10s', {}],
  ])('%s sets these times: %o', async (prompt, times) => {
    expect(await clientOf().submit(sampleJob({ prompt }), () => true)).toEqual({ ...acceptance, ...times });
  });

  test('the words of a script are not an echo of its prompt', async () => {
    const seen: Job[] = [];
    const client = clientOf(seen);
    for (const prompt of ['@test/fail:Out of credits', 'two people']) await client.poll(sampleJob({ prompt }));
    expect(seen.map(({ prompt }) => prompt)).toEqual(['', 'two people']);
  });
});

test('the dashboard offers every script', () => {
  const calls = scenarios.map(({ prompt }) => readScriptCall(prompt));
  const names = calls.map((call) => (call === null || call === 'unknown' ? call : call.name));
  expect(new Set(names)).toEqual(new Set(scriptNames));
});
