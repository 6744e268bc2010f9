import { describe, expect, it } from 'vitest';
import { progressOf } from '../../src/domain/progress.ts';
import { scriptNames } from '../../src/domain/sandbox-prompt.ts';
import { grantIssuesOf, keyIssuesOf, videoIssuesOf } from '../../src/gateway/input.ts';
import { idOf, openWorld } from '../hub/world.ts';
import { tokenOf } from '../server/world.ts';
import { admit } from '../store/contract/world.ts';
import { request } from '../world/gateway.ts';

const pathsOf = (issues: ReturnType<typeof keyIssuesOf>) => issues.map(({ path }) => path.join('.'));

/** Texts that look empty, by their code points. */
const invisible = [
  [' ', '\t', '\n', '\u00a0', '\u2003', '\u3000', '\ufeff'],
  ['\u00ad', '\u034f', '\u115f', '\u1160', '\u17b4', '\u180e', '\u200b', '\u200d', '\u2060', '\u2064'],
  ['\u3164', '\uffa0', '\ufe0f', '\u{e0001}', '\u{e01ef}', '\u202e', '\u2800', '\u0007'],
].flat();

describe('a prompt or reason', () => {
  it.each([...invisible, invisible.join('')].map((text) => [JSON.stringify(text), text]))(
    'without a visible character is invalid: %s',
    (_, text) => {
      const textual = ` ${text}`;
      for (const each of [text, textual]) {
        expect(pathsOf(videoIssuesOf({ prompt: each }, 'TEST'))).toEqual(['prompt']);
        const grant = { userId: 'u', credits: 1, reason: each };
        expect(pathsOf(grantIssuesOf(grant, 'TEST'))).toEqual(['reason']);
      }
    },
  );

  it.each(['.', ' x ', '\u200bx', '👩‍👩‍👧', '\u2801', 'ㅤㄱ', '\u0301'])(
    'with a visible character is valid: %s',
    (text) => {
      expect(videoIssuesOf({ prompt: text }, 'TEST')).toEqual([]);
      expect(grantIssuesOf({ userId: 'u', credits: 1, reason: text }, 'TEST')).toEqual([]);
    },
  );

  it('that is empty is invalid', () => {
    expect(pathsOf(videoIssuesOf({ prompt: '' }, 'TEST'))).toEqual(['prompt']);
    expect(pathsOf(grantIssuesOf({ userId: 'u', credits: 1, reason: '' }, 'TEST'))).toEqual(['reason']);
  });
});

it.each([
  [{ externalId: 'x'.repeat(256) }, 'externalId must have at most 255 characters; it has 256.'],
  [{ prompt: 'x'.repeat(2001) }, 'prompt must have 1 to 2000 characters; it has 2001.'],
])('a text of the wrong length is named with what is allowed: %#', (input, message) => {
  expect(videoIssuesOf(input, 'TEST').map((issue) => issue.message)).toEqual([message]);
});

describe('a prompt of the sandbox', () => {
  it.each(['@test/no-such', '@test/', '@test/ok:soon', '@test/fail:', '@test/pending:3m', '@test/OK'])(
    'that nobody knows is an InvalidInputError with all known words, and nothing is stored: %s',
    async (prompt) => {
      const world = await openWorld();
      const token = await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z');
      const generate = `mutation ($prompt: String) { generateVideo(input: { prompt: $prompt }) {
        __typename ... on InvalidInputError { issues { path message } }
      } }`;
      const { data } = await request(world, generate, { prompt }, token);
      expect(data.generateVideo).toEqual({
        __typename: 'InvalidInputError',
        issues: [{ path: ['prompt'], message: expect.any(String) }],
      });
      const [{ message }] = data.generateVideo.issues;
      for (const name of scriptNames) expect(message).toContain(`@test/${name}`);
      const jobs = await request(world, '{ jobs { totalCount } }', {}, token);
      expect(jobs.data.jobs.totalCount).toBe(0);
    },
  );

  it.each(scriptNames)('is valid in TEST and invalid in LIVE: @test/%s', (name) => {
    expect(videoIssuesOf({ prompt: `@test/${name} two people` }, 'TEST')).toEqual([]);
    const [issue, ...others] = videoIssuesOf({ prompt: `@test/${name}` }, 'LIVE');
    expect(issue).toMatchObject({ path: ['prompt'], message: expect.stringContaining('only in the sandbox') });
    expect(others).toEqual([]);
  });
});

describe('an idempotency key', () => {
  it.each([' ', ' k', 'k ', ' k ', '\tk', 'k\n', '', 'x'.repeat(256), 'é'])('may not be %j', (key) => {
    expect(pathsOf(keyIssuesOf(key))).toEqual(['idempotencyKey']);
  });

  it.each(['k', 'a key', 'x'.repeat(255), '~!'])('may be %j', (key) => {
    expect(keyIssuesOf(key)).toEqual([]);
  });

  it('that equals the original job’s key does not retry it', async () => {
    const world = await openWorld();
    const token = await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z');
    const account = { owner: 'ada', environment: 'TEST' } as const;
    const { job } = await admit(world.store, { account, idempotencyKey: 'own', createdAt: world.clock.now() });
    await world.happen(job, { type: 'canceled' });
    const retry = `mutation ($key: String) { retryJob(id: "${idOf(job)}", idempotencyKey: $key) {
      __typename ... on IdempotencyConflictError { job { id } }
    } }`;
    expect((await request(world, retry, { key: 'own' }, token)).data.retryJob).toEqual({
      __typename: 'IdempotencyConflictError',
      job: { id: idOf(job) },
    });
  });
});

describe('seconds', () => {
  it('is rounded to tenths', () => {
    const estimate = { quantileSeconds: Array.from({ length: 20 }, (_, at) => 10.123_456 + at), sampleSize: 20 };
    const subject = { estimate, submittedAt: 0, finishedAt: null, completed: false };
    const { elapsedSeconds, remainingSeconds } = progressOf(subject, 3456);
    expect([elapsedSeconds, remainingSeconds]).toEqual([3.5, 16.2]);
  });
});
