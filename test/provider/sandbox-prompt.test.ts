import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scenarios } from '../../dashboard/src/words.ts';
import { readScriptCall, scriptNames } from '../../src/domain/sandbox-prompt.ts';
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
    ['@test/ok:1.5m and more', { name: 'ok', timeMs: 90_000 }],
    ['@test/slow:60m', { name: 'slow', timeMs: 3_600_000 }],
    ['@test/pending:120s', { name: 'pending', timeMs: 120_000 }],
    ['@test/poll:502', { name: 'poll:502', timeMs: null }],
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
      '@test/fail:3s',
      '@test/late:3s',
    ],
    ...['@test/slow:61m', '@test/slow:999999999m', '@test/pending:3m', '@test/ok:9999999999s', '@test/submit:429:3s'],
  ])('%s is unknown', (prompt) => {
    expect(readScriptCall(prompt)).toBe('unknown');
  });

  test.each(scriptNames)('%s is known', (name) => {
    expect(readScriptCall(`@test/${name} and more`)).toEqual({ name, timeMs: null });
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

test('the dashboard offers every script', () => {
  const calls = scenarios.map(({ prompt }) => readScriptCall(prompt));
  const names = calls.map((call) => (call === null || call === 'unknown' ? call : call.name));
  expect(new Set(names)).toEqual(new Set(scriptNames));
});
