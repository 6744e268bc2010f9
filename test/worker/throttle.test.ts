import { describe, expect, test } from 'vitest';
import { acceptance, openPollerWorld } from './world.ts';

describe('a 429', () => {
  test('to a submit holds all submits back until its time, and no poll', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld({ requestsPerMinute: 300 });
    const running = await admit();
    poller.start();
    await clock.advance(10);
    provider.onSubmit = () => Promise.resolve({ type: 'throttled', retryAt: clock.now() + 60_000 });
    await admit();
    await clock.advance(6000);
    provider.onSubmit = (submitted) => Promise.resolve(acceptance(submitted));
    const waiting = await admit();
    const before = { submits: provider.submitted.length, polls: provider.polled.length };
    await clock.advance(53_000);
    expect(provider.submitted).toHaveLength(before.submits);
    expect(provider.polled.filter((id) => id === running).length).toBeGreaterThanOrEqual(7);
    await clock.advance(13_000);
    expect((await job(waiting)).state).toBe('QUEUED');
    expect(provider.submitted).toHaveLength(before.submits + 2);
    await poller.stop();
  });

  test('to a poll pauses submits and polls alike, but the deadlines of unsent jobs are kept', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld({
      requestsPerMinute: 300,
      deadlineMs: 30_000,
    });
    const running = await admit();
    poller.start();
    await clock.advance(10);
    const retryAt = clock.now() + 67_000;
    provider.onPoll = () => Promise.resolve({ event: { type: 'fault' }, retryAt });
    await clock.advance(8000);
    const waiting = await admit();
    const requests = provider.submitted.length + provider.polled.length;
    await clock.advance(36_000);
    expect(provider.submitted.length + provider.polled.length).toBe(requests);
    expect((await job(waiting)).failure?.code).toBe('DEADLINE_EXCEEDED');
    expect((await job(running)).state).toBe('QUEUED');
    await clock.advance(35_000);
    expect((await job(running)).failure?.code).toBe('DEADLINE_EXCEEDED');
    await poller.stop();
  });

  test('to a submit is followed by a ramp: submits come back slowly, and polls go on', async () => {
    const { clock, poller, provider, admit, budget } = await openPollerWorld({ requestsPerMinute: 300 });
    for (let i = 0; i < 3; i += 1) await admit();
    poller.start();
    await clock.advance(2000);
    budget.submits.pauseUntil(clock.now() + 20_000);
    for (let i = 0; i < 100; i += 1) await admit();
    const sentAfter = async (ms: number) => {
      const before = provider.submitted.length;
      await clock.advance(ms);
      return provider.submitted.length - before;
    };
    expect(await sentAfter(20_000)).toBe(0);
    expect(provider.polled.length).toBeGreaterThanOrEqual(6);
    const early = await sentAfter(4000);
    expect(early).toBeGreaterThanOrEqual(1);
    expect(early).toBeLessThanOrEqual(5);
    expect(await sentAfter(4000)).toBeGreaterThan(early);
    await poller.stop();
  });
});

describe('a budget that is too small', () => {
  test.each([6, 12, 60])('at %i a minute no submit goes before a poll that has waited for its 30 s', async (rate) => {
    const { clock, poller, provider, admit } = await openPollerWorld({
      requestsPerMinute: rate,
      deadlineMs: 1_200_000,
    });
    const lastAt = new Map<string, number>();
    const running = new Set<string>();
    const waits: number[] = [];
    const counts = { submits: 0, polls: 0 };
    provider.onSubmit = (job) => {
      waits.push(...[...running].map((id) => clock.now() - (lastAt.get(id) ?? 0)));
      running.add(job.id);
      lastAt.set(job.id, clock.now());
      counts.submits += 1;
      return Promise.resolve(acceptance(job));
    };
    provider.onPoll = (job) => {
      lastAt.set(job.id, clock.now());
      counts.polls += 1;
      const isDone = clock.now() - (job.submittedAt ?? 0) >= 100_000;
      if (isDone) running.delete(job.id);
      const video = { url: `https://images.segmind.com/${job.id}.mp4`, contentType: 'video/mp4', expiresAt: null };
      const event = isDone
        ? ({ type: 'completed', video } as const)
        : ({ type: 'seen', status: 'PROCESSING' } as const);
      return Promise.resolve({ event, retryAt: null });
    };
    for (let i = 0; i < 200; i += 1) await admit();
    poller.start();
    for (let second = 0; second < 900; second += 1) await clock.advance(1000);
    await poller.stop();
    expect(Math.max(...waits)).toBeLessThan(30_000);
    expect(counts.polls).toBeGreaterThanOrEqual(counts.submits);
    // New jobs go on as running ones complete.
    expect(counts.submits).toBeGreaterThan((rate * 900) / 60 / 10);
  });
});
