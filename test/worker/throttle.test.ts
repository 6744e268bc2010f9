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
    await clock.advance(8000);
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
});
