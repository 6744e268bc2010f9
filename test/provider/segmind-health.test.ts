import { describe, expect, it } from 'vitest';
import { cut, json, status } from './misbehaving-server.ts';
import { createStillClock, now, openWorld } from './segmind-world.ts';

const well = { answeredAt: now, silentSince: null, keyRefusedSince: null, pausedUntil: null, creditsLow: false };

describe('the health of the provider', () => {
  it('is good if it responds, with the credits that are left', async () => {
    const { segmind } = await openWorld(json(200, { credits: 12.5, 'free-credits': 0.01 }));
    expect(await segmind.health()).toEqual({ ...well, credits: 12.51 });
  });

  it('reports since when the key is refused, until it is accepted again', async () => {
    const { server, segmind, running } = await openWorld(status(401));
    expect(await segmind.health()).toEqual({ ...well, keyRefusedSince: now, credits: null });
    server.behave(status(500));
    await segmind.poll(running);
    expect(await segmind.health()).toMatchObject({ keyRefusedSince: now });
    server.behave(json(200, { status: 'QUEUED' }));
    await segmind.poll(running);
    expect(await segmind.health()).toMatchObject({ keyRefusedSince: null });
  });

  it('reports since when there is no response, until there is one', async () => {
    const { server, segmind, running } = await openWorld(cut);
    expect(await segmind.health()).toEqual({ ...well, answeredAt: null, silentSince: now, credits: null });
    server.behave(status(500));
    await segmind.poll(running);
    expect(await segmind.health()).toEqual({ ...well, credits: null });
  });

  it('reports until when requests are paused, and stops when that is over', async () => {
    let at = now;
    const clock = { ...createStillClock(), now: () => at };
    const { segmind, running } = await openWorld(status(429, { 'x-rate-limit-reset-at-utc': String(now + 30_000) }), {
      clock,
    });
    await segmind.poll(running);
    expect(await segmind.health()).toMatchObject({ pausedUntil: now + 30_000 });
    at = now + 30_000;
    expect(await segmind.health()).toMatchObject({ pausedUntil: null });
  });

  it('requests the credits once a minute, however many callers ask', async () => {
    let elapsed = 0;
    const clock = { ...createStillClock(), monotonic: () => elapsed };
    const { server, segmind } = await openWorld(json(200, { credits: 5 }), { clock });
    await Promise.all([segmind.health(), segmind.health()]);
    elapsed = 59_999;
    await segmind.health();
    expect(server.requests).toHaveLength(1);
    elapsed = 60_000;
    await segmind.health();
    expect(server.requests).toHaveLength(2);
  });
});
