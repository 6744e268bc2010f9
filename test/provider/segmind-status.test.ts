import { describe, expect, it } from 'vitest';
import type { JobFailureCode } from '../../src/domain/failure-code.ts';
import type { PollResponse } from '../../src/ports.ts';
import { inTurn, json } from './misbehaving-server.ts';
import { openWorld } from './segmind-world.ts';

const url = 'https://images.segmind.com/outputs/x.mp4';

const video = { url, contentType: 'video/mp4', expiresAt: null };

const completed = { type: 'completed', video };

describe('a status word', () => {
  it.each([
    ...['COMPLETED', 'COMPLETE', 'SUCCEEDED', 'SUCCEED', 'SUCCESS', 'SUCCESSFUL', 'DONE', 'FINISHED', 'READY'],
    ...['succeed', ' Finished\n', 'completed', 'ｄｏｎｅ'],
  ])('%j means completed', async (status) => {
    expect(await eventOf({ status, output: url })).toEqual(completed);
  });

  it.each<[string, JobFailureCode]>([
    ...[
      ...[
        'FAILED',
        'FAILURE',
        'FAIL',
        'ERROR',
        'ERRORED',
        'CANCELLED',
        'CANCELED',
        'ABORTED',
        'EXPIRED',
        'DEAD',
        'DELETED',
      ],
      ...['failed', 'Dead '],
    ].map((word): [string, JobFailureCode] => [word, 'GENERATION_FAILED']),
    ...['TIMEOUT', 'TIMED_OUT', 'timed out', 'Timed-Out', 'time out'].map((word): [string, JobFailureCode] => [
      word,
      'PROVIDER_TIMEOUT',
    ]),
    ...['REJECTED', 'MODERATED', 'BLOCKED', 'FLAGGED', 'NSFW', 'blocked'].map((word): [string, JobFailureCode] => [
      word,
      'CONTENT_REJECTED',
    ]),
  ])('%j means failed with %s', async (status, code) => {
    expect(await eventOf({ status, error: 'worker lost' })).toMatchObject({ type: 'failed', failure: { code } });
  });

  it.each([
    ['in-progress', 'PROCESSING'],
    ['In Progress', 'PROCESSING'],
    ['pending', 'QUEUED'],
  ])('%j means running', async (status, seen) => {
    expect(await eventOf({ status })).toEqual({ type: 'seen', status: seen });
  });

  it.each<[string, object]>([
    ['state', { state: 'finished', output: url }],
    ['task_status', { task_status: 'succeed', output: url }],
    ['state beside a status that is a number', { status: 200, state: 'done', output: url }],
    ['task_status beside a status of the request', { status: 'ok', task_status: 'done', output: url }],
    ['data', { code: 0, data: { status: 'COMPLETED', output: url } }],
    ['result', { result: { status: 'COMPLETED', output: url } }],
    ['task', { task: { status: 'COMPLETED' }, output: url }],
    ['response', { response: { state: 'COMPLETED', output: url } }],
    ['a list of one', [{ status: 'COMPLETED', output: url }]],
    ['a list of one in data', { data: [{ task_status: 'SUCCEED', video_url: url }] }],
    ['data in response', { response: { data: { status: 'COMPLETED', output: url } } }],
    [
      'data, with a video in a list',
      { code: 0, data: { task_status: 'succeed', task_result: { videos: [{ id: '1', url }] } } },
    ],
    [
      'a record around one that still runs, with its video',
      { status: 'COMPLETED', output: url, task: { status: 'QUEUED' } },
    ],
  ])('may be in %s', async (_, body) => {
    expect(await eventOf(body)).toEqual(completed);
  });

  it('of a wrapper is about the request, and that of the record about the job', async () => {
    expect(await eventOf({ status: 'success', data: { status: 'processing' } })).toEqual({
      type: 'seen',
      status: 'PROCESSING',
    });
    expect(await eventOf({ status: 'success', data: { status: 'failed', error: 'x' } })).toHaveProperty(
      'type',
      'failed',
    );
  });

  it.each([
    [{ status: 'success', state: 'queued' }, 'QUEUED'],
    [{ status: 'success', state: 'PROCESSING', output: '' }, 'PROCESSING'],
    [{ task_status: 'done', status: 'pending' }, 'QUEUED'],
    [{ data: { status: 'ok', state: 'processing', task_status: 'success' } }, 'PROCESSING'],
  ])('beside one of a running job in %j means running', async (body, status) => {
    expect(await eventOf(body)).toEqual({ type: 'seen', status });
    const record = 'data' in body ? body.data : body;
    expect(await eventOf({ ...record, output: url })).toEqual(completed);
  });

  it('that is unknown means running, comes with its event, and is logged once', async () => {
    const { segmind, running, log } = await openWorld(
      inTurn(json(200, { status: 'Warming up' }), json(200, { status: 'Warming up' }), json(200, { state: 'baking' })),
    );
    const responses: PollResponse[] = [];
    for (let poll = 0; poll < 3; poll += 1) responses.push(await segmind.poll(running));
    expect(responses.map(({ event }) => event)).toEqual(new Array(3).fill({ type: 'seen', status: null }));
    expect(responses.map(({ details }) => details?.unknownWord)).toEqual(['Warming up', 'Warming up', 'baking']);
    expect(log.lines.map(({ fields }) => fields['word'])).toEqual(['Warming up', 'baking']);
  });

  it('that is unknown comes with the video beside it', async () => {
    const response = await pollOf({ status: 'archived', output: url, seed: '7' });
    expect(response).toMatchObject({
      event: { type: 'seen', status: null },
      details: { unknownWord: 'archived', videoBeside: video, seedUsed: 7 },
    });
    expect(await pollOf({ status: 'archived', output: 'https://x.example/a.png' })).toMatchObject({
      details: { videoBeside: null },
    });
  });
});

async function pollOf(body: unknown): Promise<PollResponse> {
  const { segmind, running } = await openWorld(json(200, body));
  return segmind.poll(running);
}

async function eventOf(body: unknown): Promise<PollResponse['event']> {
  return (await pollOf(body)).event;
}
