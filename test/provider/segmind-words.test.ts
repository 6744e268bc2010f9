import { describe, expect, it } from 'vitest';
import type { JobFailureCode } from '../../src/domain/failure-code.ts';
import type { PollResponse, SubmitResult } from '../../src/ports.ts';
import { type Behaviour, html, json, text } from './misbehaving-server.ts';
import { jobOf, type LineLog, openWorld, yes } from './segmind-world.ts';

const emptyAccount = [
  ...[
    'Insufficient credits',
    'InsufficientCredits',
    'account balance too low',
    'You exceeded your current quota',
    'insufficient_quota',
  ],
  ...[
    'Not enough funds',
    'billing hard limit reached',
    'Payment required',
    'Your wallet is empty',
    'Please top up',
    'top-up needed',
  ],
  ...[
    'Please recharge',
    'plan limit reached',
    'Token plan used up',
    'exceeded the limit of your plan',
    '余额不足，请充值',
    '额度已用完',
  ],
  ...[
    'Nicht genug Guthaben',
    'Votre solde est insuffisant',
    'Saldo insuficiente',
    'Crédito insuficiente',
    'Crédit épuisé',
  ],
];

const moderation = [
  ...[
    'Blocked by moderation',
    'content policy violation',
    'Your prompt violates our usage policies',
    'Rejected by the safety system',
  ],
  ...[
    'NSFW content detected',
    'sensitive content',
    'prohibited words',
    'against our community guidelines',
    'risk control',
    '内容敏感',
  ],
  ...[
    '提示词违规',
    '审核未通过',
    'Your prompt was flagged',
    'content_filter',
    'DataInspectionFailed: inappropriate, see content-policy',
  ],
];

describe('the words of a refusal', () => {
  it.each(emptyAccount)('“%s” mean an empty account', async (sentence) => {
    for (const code of [400, 403, 406, 422, 429]) {
      expect(await codeOf(json(code, { error: sentence }))).toBe('INSUFFICIENT_CREDITS');
    }
    expect(await codeOf(json(400, { error: { message: 'No.', code: sentence } }))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(json(200, { code: 1102, message: sentence }))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(json(200, { status: 'ERROR', message: sentence }))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(text(403, sentence))).toBe('INSUFFICIENT_CREDITS');
  });

  it.each(moderation)('“%s” mean rejected content', async (sentence) => {
    for (const code of [400, 403, 406, 422, 451]) {
      expect(await codeOf(json(code, { error: sentence }))).toBe('CONTENT_REJECTED');
    }
    expect(await codeOf(json(200, { status: 'FAILED', error: sentence }))).toBe('CONTENT_REJECTED');
    expect(await codeOf(json(400, { detail: [{ type: sentence, msg: 'No.' }] }))).toBe('CONTENT_REJECTED');
    const { event } = await pollOf(json(200, { status: 'FAILED', error: { reason: sentence } }));
    expect(event).toMatchObject({ type: 'failed', failure: { code: 'CONTENT_REJECTED', message: sentence } });
  });

  it.each<[number, string, JobFailureCode]>([
    [400, 'aspect_ratio must be one of 16:9, 9:16', 'PROVIDER_BAD_REQUEST'],
    [400, 'The load balancer is unbalanced', 'PROVIDER_BAD_REQUEST'],
    [400, 'Names are case-sensitive', 'PROVIDER_BAD_REQUEST'],
    [403, 'This account is suspended', 'PROVIDER_FORBIDDEN'],
    [403, 'Access to this workflow is prohibited', 'PROVIDER_FORBIDDEN'],
    [403, 'Your prompt is prohibited', 'CONTENT_REJECTED'],
    [403, 'A prohibited request', 'PROVIDER_FORBIDDEN'],
    [400, 'The desktop upload failed', 'PROVIDER_BAD_REQUEST'],
    [400, 'stop update', 'PROVIDER_BAD_REQUEST'],
    [400, 'TOP_UP_REQUIRED', 'INSUFFICIENT_CREDITS'],
    [400, 'A stray quotation mark', 'PROVIDER_BAD_REQUEST'],
    [200, 'The white balance failed', 'GENERATION_FAILED'],
    [200, 'color-balance failed', 'GENERATION_FAILED'],
    [200, 'A thread-unsafe node crashed', 'GENERATION_FAILED'],
    [401, 'Add credits to use this key', 'PROVIDER_UNAUTHORIZED'],
    [402, 'x', 'INSUFFICIENT_CREDITS'],
    [404, 'No workflow for your plan limit', 'PROVIDER_WORKFLOW_NOT_FOUND'],
    [406, 'Invalid content type', 'PROVIDER_BAD_REQUEST'],
    [406, 'seed is out of bounds; no credits were taken', 'PROVIDER_BAD_REQUEST'],
    [200, 'Generation failed. Your credits have been refunded.', 'GENERATION_FAILED'],
    [200, 'Generation failed. You were not charged any credits.', 'GENERATION_FAILED'],
    [200, 'Out of memory', 'GENERATION_FAILED'],
  ])('%i “%s” mean %s', async (code, error, failureCode) => {
    expect(await codeOf(json(code, { error }))).toBe(failureCode);
  });

  it('do not include the job’s own prompt if the provider repeats it', async () => {
    const prompt = 'A woman pays with her credit card, all nsfw';
    const body = { error: `Bad prompt: "${prompt}"`, detail: [{ msg: 'No.', input: { text_prompt: prompt } }] };
    const { segmind, log } = await openWorld(json(400, body));
    const result = await segmind.submit(jobOf({ prompt }), yes);
    expect(result).toMatchObject({
      failure: { code: 'PROVIDER_BAD_REQUEST' },
      details: { providerMessage: 'Bad prompt: "[prompt]"' },
    });
    const long = { error: `${'x'.repeat(450)} ${prompt.repeat(3)}` };
    const { segmind: other, log: otherLog } = await openWorld(json(400, long));
    await other.submit(jobOf({ prompt }), yes);
    expect(JSON.stringify([...log.lines, ...otherLog.lines])).not.toMatch(/credit card|A woman/);
  });

  it('of a 429 about the rate do not mean an empty account', async () => {
    for (const error of [
      'Too many requests',
      'Quota of 60 requests per minute exceeded',
      'Rate limit of your plan exceeded',
      'Rate limit reached for requests. Please add a payment method at /account/billing',
      'Too many requests. See https://x.example/billing to increase your limits.',
      'Too many requests. Add a credit card to raise your limits',
      'too_many_requests: top up for more',
      'Slow down, see https://x.example/credits',
      '',
    ]) {
      expect((await submitTo(json(429, { error }))).type).toBe('throttled');
    }
    const spent = 'Too many requests on an account without credits';
    expect(await codeOf(json(429, { error: spent }))).toBe('INSUFFICIENT_CREDITS');
    expect((await submitTo(html(429))).type).toBe('throttled');
  });
});

describe('a 2xx that refuses', () => {
  it.each<[string, object]>([
    ['FAILED', { status: 'FAILED', error: 'invalid prompt' }],
    ['a bad end in a wrapper', { data: { state: 'failed', error: 'invalid prompt' } }],
    ['only an error', { error: 'invalid prompt' }],
    ['an error with members', { error: { message: 'invalid prompt', code: 7 } }],
    ['a code and a message', { code: 1001, message: 'invalid prompt' }],
    ['a code of letters and a message', { code: 'InvalidParameter', message: 'invalid prompt' }],
    ['no success', { success: false, message: 'invalid prompt' }],
    ['an error in a wrapper', { result: { error: 'invalid prompt' } }],
    ['an unknown word and an error', { status: 'invalid', error: 'invalid prompt' }],
  ])('by %s created no job', async (_, body) => {
    const result = await submitTo(json(200, body));
    expect(result).toMatchObject({
      type: 'refused',
      failure: { code: 'GENERATION_FAILED', message: 'invalid prompt', httpStatus: null },
      details: { providerMessage: 'invalid prompt', providerHttpStatus: 200 },
    });
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['success', { code: 0, message: 'ok' }],
    ['success in other words', { code: '200', message: 'ok', success: true, error: null, errors: [] }],
    ['a running job without an id', { status: 'QUEUED', error: 'a warning' }],
  ])('is not one with %s, and its outcome is unknown', async (_, body) => {
    expect(await submitTo(json(200, body))).toMatchObject({ type: 'unconfirmed', httpStatus: 200 });
  });

  it('that cannot be understood is logged with the names of its members, without their values', async () => {
    const body = { outcome: 'secret-1', data: { handle: 'secret-2', [`k${'x'.repeat(99)}`]: 3 }, SG_cafe: 'secret-3' };
    const { segmind, log } = await openWorld(json(200, body));
    await segmind.submit(jobOf(), yes);
    const members = ['outcome', 'data', '[redacted]', 'handle', `k${'x'.repeat(39)}`];
    expect(log.lines.at(-1)?.fields).toMatchObject({ httpStatus: 200, members });
    expect(JSON.stringify(log.lines)).not.toMatch(/secret|SG_/);
  });
});

describe('a 403', () => {
  it.each([
    ['credits', 'Insufficient credits. A credit balance > 0 is required.', false],
    ['the content', 'Blocked by moderation', false],
    ['the key', 'Insufficient permissions', true],
  ])('about %s raises the key alarm only if it is about the key', async (_, error, alarmed) => {
    const { segmind, log, running } = await openWorld(json(403, { error }));
    await segmind.submit(jobOf(), yes);
    await segmind.poll(running);
    expect(hasKeyAlarm(log)).toBe(alarmed);
    expect((await segmind.health()).keyRefusedSince !== null).toBe(alarmed);
  });
});

function hasKeyAlarm(log: LineLog): boolean {
  return log.lines.some(({ level, message }) => level === 'error' && message.includes('does not accept the key'));
}

async function submitTo(behaviour: Behaviour): Promise<SubmitResult> {
  const { segmind } = await openWorld(behaviour, { auth: 'both' });
  return segmind.submit(jobOf(), yes);
}

async function codeOf(behaviour: Behaviour): Promise<JobFailureCode | string> {
  const result = await submitTo(behaviour);
  return result.type === 'refused' ? result.failure.code : result.type;
}

async function pollOf(behaviour: Behaviour): Promise<PollResponse> {
  const { segmind, running } = await openWorld(behaviour);
  return segmind.poll(running);
}
