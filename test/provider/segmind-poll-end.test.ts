import { describe, expect, it } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { PollResponse } from '../../src/ports.ts';
import { type Behaviour, json } from './misbehaving-server.ts';
import { openWorld } from './segmind-world.ts';

const output = 'https://images.segmind.com/outputs/x.mp4';

const completed = { type: 'completed', video: { url: output, contentType: 'video/mp4', expiresAt: null } };

describe('an end in the body', () => {
  it.each([301, 400, 401, 402, 403, 404, 408, 422, 429, 500, 502, 504])(
    'outweighs HTTP %i if it is good',
    async (code) => {
      const { event } = await poll(json(code, { status: 'COMPLETED', output }));
      expect(event).toEqual(completed);
    },
  );

  it.each([301, 400, 404, 422, 500, 502, 504])('outweighs HTTP %i if it is bad', async (code) => {
    const { event } = await poll(json(code, { status: 'FAILED', error: 'No GPU' }));
    expect(event).toEqual({ type: 'failed', failure: jobFailure('GENERATION_FAILED', code, 'No GPU') });
  });

  it.each(['ERROR', 'TIMEOUT'])('outweighs HTTP 422 as %s, too', async (word) => {
    const { event } = await poll(json(422, { status: word, error: 'x' }));
    expect(event).toHaveProperty('type', 'failed');
  });

  it.each(
    [401, 402, 403, 408, 429].flatMap((code) =>
      ['failed', 'FAILED', 'error', 'blocked', 'timeout', 'canceled', 'success'].map((word) => [word, code] as const),
    ),
  )('is not meant by the %s of a %i, which is about the caller', async (word, code) => {
    const { event } = await poll(json(code, { status: word, message: 'x' }));
    expect(event).toEqual({ type: 'fault' });
  });

  it.each(
    [404, 500, 502, 503, 504, 522].flatMap((code) =>
      ['error', 'fail', 'timeout', 'timed_out'].map((word) => [word, code] as const),
    ),
  )('is not meant by the %s of a %i, which is about the poll', async (word, code) => {
    const { event } = await poll(json(code, { status: word, message: 'bad gateway' }));
    expect(event).toEqual({ type: 'fault' });
  });
});

async function poll(behaviour: Behaviour): Promise<PollResponse> {
  const { segmind, running } = await openWorld(behaviour, { auth: 'both' });
  return segmind.poll(running);
}
