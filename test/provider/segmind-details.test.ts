import { describe, expect, it } from 'vitest';
import type { PollResponse } from '../../src/ports.ts';
import { json, text } from './misbehaving-server.ts';
import { apiKey, jobOf, now, openWorld, yes } from './segmind-world.ts';

const url = 'https://images.segmind.com/outputs/x.mp4';

const done = { status: 'COMPLETED', output: url };

const weekMs = 604_800_000;

describe('the seed of a finished job', () => {
  it.each<[string, object]>([
    ['the record', { ...done, seed: 7 }],
    ['the record, in digits', { ...done, seed: '7' }],
    ['its metrics', { ...done, metrics: { seed: 7 } }],
    ['its output', { ...done, output: { video: url, seed: 7 } }],
    ['its output in a text', { ...done, output: JSON.stringify([{ type: 'video', data: url, meta: { seed: '7' } }]) }],
    ['a wrapper', { data: { ...done, seed: 7 } }],
  ])('may be in %s', async (_, body) => {
    expect((await pollOf(body)).details?.seedUsed).toBe(7);
  });

  it.each([null, 'random', 1.5, '', true, {}])('is null if it is %j', async (seed) => {
    expect((await pollOf({ ...done, seed })).details).toBeUndefined();
  });

  it('is null if it is too large to store', async () => {
    const { segmind, running } = await openWorld(
      text(200, `{"status":"COMPLETED","output":"${url}","seed":12345678901234567890}`),
    );
    expect((await segmind.poll(running)).details).toBeUndefined();
  });
});

describe('the cost of a job', () => {
  it.each<[object, number | undefined]>([
    [{ metrics: { cost: 0.9124 } }, 0.9124],
    [{ metrics: { cost: '0.5' } }, 0.5],
    [{ cost: 2 }, 2],
    [{ cost: 2, metrics: { cost: 1 } }, 1],
    [{ cost: 0 }, 0],
    [{ cost: -1 }, undefined],
    [{ metrics: 'free' }, undefined],
  ])('in %j is %j', async (more, cost) => {
    expect((await pollOf({ ...done, ...more })).details?.providerCost).toBe(cost);
  });

  it('is kept for a failure, too', async () => {
    expect((await pollOf({ status: 'FAILED', metrics: { cost: 0.1 } })).details).toMatchObject({ providerCost: 0.1 });
  });
});

describe('the provider’s words', () => {
  it.each([200, 400, 403, 422, 500])('are kept for the operator after a %i, cleaned and without keys', async (code) => {
    const { segmind } = await openWorld(
      json(code, { status: 'ERROR', error: `a\u0000\n ${apiKey} SG_cafe ${'x'.repeat(600)}` }),
    );
    const { details } = await segmind.submit(jobOf(), yes);
    expect(details?.providerMessage).toMatch(/^a \[redacted\] \[redacted\] x+…$/);
    expect(details?.providerMessage).toHaveLength(500);
    expect(details?.providerHttpStatus).toBe(code);
  });

  it('are kept for a failed poll, and are logged', async () => {
    const { segmind, running, log } = await openWorld(json(422, { status: 'FAILED', error: 'worker lost' }));
    const details = { providerMessage: 'worker lost', providerHttpStatus: 422 };
    expect(await segmind.poll(running)).toMatchObject({ details });
    expect(log.lines.at(-1)?.fields).toMatchObject({ ...details, code: 'GENERATION_FAILED' });
  });

  it('may be plain text, but not a page', async () => {
    const { server, segmind } = await openWorld(text(400, 'No such shape'));
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ details: { providerMessage: 'No such shape' } });
    server.behave(text(400, '<p>No such shape</p>'));
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ details: { providerMessage: null } });
  });
});

describe('when a video expires', () => {
  it.each<[string, unknown, string]>([
    ['expires_at', { url, expires_at: '2026-12-01T00:00:00Z' }, '2026-12-01T00:00:00.000Z'],
    ['expiry, in seconds', { url, expiry: 1_796_083_200 }, '2026-12-01T00:00:00.000Z'],
    ['expiration, in milliseconds', { url, expiration: '1796083200000' }, '2026-12-01T00:00:00.000Z'],
    ['expiry, from now', { url, expiry: 3600 }, '2026-11-23T06:00:00.000Z'],
    ['an item around it', { expires_at: '2026-12-01T00:00:00Z', video: { data: url } }, '2026-12-01T00:00:00.000Z'],
    [
      'its item before its URL',
      { url: `${url}?exp=1796083200`, expires_at: '2026-12-02T00:00:00Z' },
      '2026-12-02T00:00:00.000Z',
    ],
    ['Amazon’s signature', `${url}?X-Amz-Date=20261129T080000Z&X-Amz-Expires=3600`, '2026-11-29T09:00:00.000Z'],
    ['Google’s signature', `${url}?X-Goog-Date=20261129T080000Z&X-Goog-Expires=3600`, '2026-11-29T09:00:00.000Z'],
    ['Azure’s signature', `${url}?sv=1&se=2026-12-01T00%3A00%3A00Z&sig=x`, '2026-12-01T00:00:00.000Z'],
    ['Expires', `${url}?Expires=1796083200&Signature=x`, '2026-12-01T00:00:00.000Z'],
    ['exp', `${url}?exp=1796083200`, '2026-12-01T00:00:00.000Z'],
    ['nothing: the usual lifetime applies', url, new Date(now + weekMs).toISOString()],
    ['nothing that can be read', { url, expires_at: 'soon' }, new Date(now + weekMs).toISOString()],
    ['an impossible instant', `${url}?exp=99999999999999999999`, new Date(now + weekMs).toISOString()],
  ])('is given by %s', async (_, output, at) => {
    const { event } = await pollOf({ status: 'COMPLETED', output });
    expect(event.type === 'completed' && new Date(event.video.expiresAt ?? 0).toISOString()).toBe(at);
  });
});

describe('several videos', () => {
  it('are counted; the first is the job’s', async () => {
    const { segmind, running, log } = await openWorld(json(200, { ...done, output: [url, `${url}?2`, url] }));
    const { event, details } = await segmind.poll(running);
    expect(event).toMatchObject({ type: 'completed', video: { url } });
    expect(details?.videos).toBe(2);
    expect(log.lines.at(-1)?.fields).toMatchObject({ videos: 2 });
  });
});

async function pollOf(body: unknown): Promise<PollResponse> {
  const { segmind, running } = await openWorld(json(200, body), { fileLifetimeMs: weekMs });
  return segmind.poll(running);
}
