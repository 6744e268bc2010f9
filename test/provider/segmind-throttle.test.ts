import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PollResponse } from '../../src/ports.ts';
import { json, status } from './misbehaving-server.ts';
import { createStillClock, jobOf, now, openWorld, yes } from './segmind-world.ts';

const inSeconds = (seconds: number) => now + seconds * 1000;

const reset = 'x-rate-limit-reset-at-utc';

describe('after a 429', () => {
  it.each([
    ['2026-11-23T05:00:30Z', 30],
    ['2026-11-23T05:00:30.250Z', 30.25],
    ['2026-11-23T05:00:30.250123+00:00', 30.25],
    ['2026-11-23t07:00:30+02:00', 30],
    ['2026-11-23 05:00:30+0000', 30],
    ['2026-11-23T05:00:30', 30],
    ['2026-11-23 05:00:30', 30],
    ['2026-11-23T05:00:30 UTC', 30],
    ['Mon, 23 Nov 2026 05:00:30 GMT', 30],
    ['Monday, 23-Nov-26 05:00:30 GMT', 30],
    ['Mon Nov 23 05:00:30 2026', 30],
    [String(inSeconds(30) / 1000), 30],
    [String(inSeconds(30.5) / 1000), 30.5],
    [String(inSeconds(30)), 30],
    ['30', 30],
    ['2026-11-23T05:00:00Z', 1],
    ['2026-11-23T04:00:00Z', 1],
    ['2001-01-01T00:00:00Z', 1],
    ['1', 1],
    ['0', 1],
    ['-1', 1],
    ['2026-11-23T06:00:00Z', 120],
    ['2126-11-23T06:00:00Z', 120],
    ['99999999999999999999', 120],
  ])('the reset time %j is %d s away', async (text, seconds) => {
    for (const zone of ['America/New_York', 'Asia/Kolkata']) {
      vi.stubEnv('TZ', zone);
      onTestFinished(() => {
        vi.unstubAllEnvs();
      });
      const { segmind } = await openWorld(json(429, {}, { [reset]: text }));
      expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'throttled', retryAt: inSeconds(seconds) });
    }
  });

  it.each([
    ['7', 7],
    ['0', 1],
    ['3600', 120],
    ['Mon, 23 Nov 2026 05:00:30 GMT', 30],
  ])('retry-after %j is %d s away', async (text, seconds) => {
    const { segmind, running } = await openWorld(json(429, {}, { 'retry-after': text }));
    expect(await segmind.poll(running)).toEqual({ event: { type: 'fault' }, retryAt: inSeconds(seconds) });
  });

  it('polls log once a minute until when all requests wait', async () => {
    let at = 0;
    const clock = { ...createStillClock(), monotonic: () => at };
    const { segmind, running, log } = await openWorld(json(429, {}, { 'retry-after': '7' }), { clock });
    for (at = 0; at < 90_000; at += 15_000) await segmind.poll(running);
    const line = {
      level: 'info',
      fields: { retryAt: inSeconds(7) },
      message: 'The provider accepts no more requests for now.',
    };
    expect(log.lines).toMatchObject([line, line]);
  });

  it('the reset time takes precedence over retry-after, if it can be read', async () => {
    const { server, segmind, running } = await openWorld(
      status(429, { [reset]: '2026-11-23T05:00:30Z', 'retry-after': '7' }),
    );
    expect(await segmind.poll(running)).toHaveProperty('retryAt', inSeconds(30));
    server.behave(status(429, { [reset]: 'soon', 'retry-after': '7' }));
    expect(await segmind.poll(running)).toHaveProperty('retryAt', inSeconds(7));
  });

  it.each(['soon', 'in 3 days', '', 'NaN', '1e3', '2026-99-99T99:99:99Z', 'null'])(
    'a reset time of %j leaves the wait to the client',
    async (text) => {
      const { segmind, running } = await openWorld(status(429, { [reset]: text }), { clock: createStillClock(0) });
      expect(await segmind.poll(running)).toHaveProperty('retryAt', inSeconds(2.5));
    },
  );

  it('without a time the wait doubles from one 429 to the next, up to 120 s, until another response comes', async () => {
    let time = now;
    const clock = { ...createStillClock(0.999_999), now: () => time };
    const { server, segmind, running } = await openWorld(status(429), { clock });
    const waits: number[] = [];
    const next = async () => {
      const retryAt = retryAtOf(await segmind.poll(running));
      waits.push(Math.round((retryAt - time) / 1000));
      time = retryAt;
    };
    for (let refusal = 1; refusal <= 7; refusal += 1) await next();
    expect(waits).toEqual([5, 10, 20, 40, 80, 120, 120]);
    server.behave(json(200, { status: 'QUEUED' }));
    await segmind.poll(running);
    server.behave(status(429));
    await next();
    expect(waits.at(-1)).toBe(5);
  });

  it('without a time, a response to a poll does not shorten the wait of submits', async () => {
    let time = now;
    const clock = { ...createStillClock(0.999_999), now: () => time };
    const { server, segmind, running } = await openWorld(status(429), { clock });
    const waits: number[] = [];
    for (let refusal = 1; refusal <= 3; refusal += 1) {
      server.behave(status(429));
      const result = await segmind.submit(jobOf(), yes);
      if (result.type !== 'throttled') throw new Error(result.type);
      waits.push(Math.round((result.retryAt - time) / 1000));
      time = result.retryAt;
      server.behave(json(200, { status: 'QUEUED' }));
      await segmind.poll(running);
    }
    expect(waits).toEqual([5, 10, 20]);
  });

  it('without a time, requests refused together wait equally long', async () => {
    const { segmind, running } = await openWorld(status(429));
    const responses = await Promise.all([1, 2, 3].map(() => segmind.poll(running)));
    expect(new Set(responses.map(retryAtOf)).size).toBe(1);
  });
});

describe('the operator’s credits', () => {
  it.each<[unknown, number | null]>([
    [{ credits: 12.5, 'free-credits': 0.01 }, 12.51],
    [{ credits: '12.5', 'free-credits': '0' }, 12.5],
    [{ credits: 12.5 }, 12.5],
    [{ credits: null, 'free-credits': 0.5 }, 0.5],
    [{ credits: 'many' }, null],
    [{ error: 'x' }, null],
    [[12.5], null],
  ])('are read from %j as %s', async (body, credits) => {
    const { server, segmind } = await openWorld(json(200, body));
    expect(await segmind.credits()).toBe(credits);
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/v1/get-user-credits' });
  });

  it('are unknown if the request fails', async () => {
    const { segmind } = await openWorld(json(500, { credits: 1 }));
    expect(await segmind.credits()).toBeNull();
  });

  it('are remembered from any response that mentions them', async () => {
    const { server, segmind, running } = await openWorld(status(500));
    await segmind.poll(running);
    expect(segmind.remainingCredits()).toBeNull();
    server.behave(json(200, { status: 'QUEUED' }, { 'x-remaining-credits': '11.5' }));
    await segmind.poll(running);
    expect(segmind.remainingCredits()).toBe(11.5);
    server.behave(json(200, { status: 'QUEUED' }, { 'x-remaining-credits': 'unknown' }));
    await segmind.poll(running);
    expect(segmind.remainingCredits()).toBe(11.5);
    server.behave(json(200, { status: 'QUEUED', metrics: { remaining_credits: '10.75' } }));
    await segmind.poll(running);
    expect(segmind.remainingCredits()).toBe(10.75);
  });
});

function retryAtOf({ retryAt }: PollResponse): number {
  return retryAt ?? Number.NaN;
}
