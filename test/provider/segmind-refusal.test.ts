import { describe, expect, it } from 'vitest';
import { type JobFailureCode, jobFailure } from '../../src/domain/failure-code.ts';
import type { SubmitEvent } from '../../src/domain/job.ts';
import { type Behaviour, cut, cutAfter, html, json, status } from './misbehaving-server.ts';
import { bare, jobOf, openWorld, yes } from './segmind-world.ts';

const queued = { message: 'ok', request_id: 'abc123', status: 'QUEUED' };

describe('a submit that the provider refuses', () => {
  it.each<[number, JobFailureCode]>([
    [400, 'PROVIDER_BAD_REQUEST'],
    [401, 'PROVIDER_UNAUTHORIZED'],
    [403, 'PROVIDER_FORBIDDEN'],
    [404, 'PROVIDER_WORKFLOW_NOT_FOUND'],
    [405, 'PROVIDER_BAD_REQUEST'],
    [408, 'PROVIDER_BAD_REQUEST'],
    [410, 'PROVIDER_WORKFLOW_NOT_FOUND'],
    [413, 'PROVIDER_BAD_REQUEST'],
    [422, 'PROVIDER_BAD_REQUEST'],
    [301, 'PROVIDER_UNAVAILABLE'],
    [304, 'PROVIDER_UNAVAILABLE'],
    [307, 'PROVIDER_UNAVAILABLE'],
  ])('with %i ends as %s with our own sentence, whatever the body', async (code, failureCode) => {
    const refused = { type: 'refused', failure: jobFailure(failureCode, code) };
    const bodies = [
      json(code, { error: 'The workers are on strike', status: 'FAILED' }),
      html(code),
      status(code),
      cutAfter(code, '{'),
    ];
    // A 304 has no body.
    for (const behaviour of code === 304 ? [status(code)] : bodies) expect(await submitTo(behaviour)).toEqual(refused);
  });

  it.each([
    ['Not enough credits to process request', 'INSUFFICIENT_CREDITS'],
    ['Insufficient balance', 'INSUFFICIENT_CREDITS'],
    ['INSUFFICIENT_CREDITS', 'INSUFFICIENT_CREDITS'],
    ['Your monthly spending limit is reached', 'INSUFFICIENT_CREDITS'],
    ['spend-limit exceeded', 'INSUFFICIENT_CREDITS'],
    ['Invalid content type', 'PROVIDER_BAD_REQUEST'],
    ['aspect_ratio must be one of 16:9, 9:16', 'PROVIDER_BAD_REQUEST'],
    ['InsufficientCredits', 'INSUFFICIENT_CREDITS'],
    ['The limit of what you may spend is reached', 'INSUFFICIENT_CREDITS'],
    ['This account is suspended', 'PROVIDER_BAD_REQUEST'],
  ])('with 406 and “%s” is %s', async (sentence, code) => {
    const refused = { type: 'refused', failure: jobFailure(code as JobFailureCode, 406) };
    expect(await submitTo(json(406, { error: sentence }))).toEqual(refused);
    expect(await submitTo(json(406, { message: 'Not acceptable', detail: [{ msg: sentence }] }))).toEqual(refused);
    expect(await submitTo(json(406, sentence))).toEqual(refused);
  });

  it('with 406 and a field named credits is a bad request', async () => {
    const event = await submitTo(json(406, { error: 'Invalid seed', credits_used: 0 }));
    expect(event).toMatchObject({ failure: { code: 'PROVIDER_BAD_REQUEST' } });
  });

  it.each([
    ['HTML', html(406)],
    ['nothing', status(406)],
    ['an empty object', json(406, {})],
    ['half a response', cutAfter(406, '{"error":"Invalid con')],
  ])('with 406 and %s is a lack of credits', async (_, behaviour) => {
    expect(await submitTo(behaviour)).toMatchObject({ failure: { code: 'INSUFFICIENT_CREDITS', httpStatus: 406 } });
  });
});

describe('a submit that fails at the provider', () => {
  it.each([500, 503])('with %i and a JSON body may be sent again', async (code) => {
    const serverError = { type: 'serverError', failure: jobFailure('PROVIDER_UNAVAILABLE', code) };
    for (const body of [
      { error: 'Internal server error' },
      { status: 'ERROR', request_id: 'trace' },
      { status: 'FAILED' },
    ]) {
      expect(await submitTo(json(code, body))).toEqual(serverError);
    }
  });

  it.each([
    ...[500, 503, 502, 504, 599].flatMap((code) => [
      [code, 'HTML', html(code)] as const,
      [code, 'nothing', status(code)] as const,
      [code, 'half a response', cutAfter(code, '{"error":')] as const,
    ]),
    ...[502, 504, 505].map(
      (code) => [code, 'a JSON body', json(code, { error: 'Bad gateway', request_id: 'x' })] as const,
    ),
    [200, 'HTML', html(200)] as const,
    [204, 'nothing', status(204)] as const,
    [200, 'half a response', cutAfter(200, '{"request_id":"abc123"')] as const,
    [200, 'neither id nor address', json(200, { message: 'ok', status: 'QUEUED', ids: ['abc123'] })] as const,
    [200, 'ids that cannot be used', json(200, { request_id: ' ', poll_url: 'soon' })] as const,
    [200, 'a list of several', json(200, [queued, queued])] as const,
    [200, 'more than 1 MiB', json(200, { ...queued, message: 'x'.repeat(1_048_576) })] as const,
  ])('with %i and %s has an unknown outcome', async (httpStatus, _, behaviour) => {
    expect(await submitTo(behaviour)).toEqual({ type: 'unconfirmed', httpStatus });
  });

  it('is never sent again by the client', async () => {
    for (const behaviour of [html(502), status(504), json(500, { error: 'x' }), cut, json(400, {})]) {
      const { server, segmind } = await openWorld(behaviour);
      await segmind.submit(jobOf(), yes);
      expect(server.requests).toHaveLength(1);
    }
  });
});

async function submitTo(behaviour: Behaviour): Promise<SubmitEvent> {
  const { segmind } = await openWorld(behaviour, { auth: 'both' });
  return bare(await segmind.submit(jobOf(), yes));
}
