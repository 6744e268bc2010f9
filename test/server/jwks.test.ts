import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Issuer, type Key, keyOf, openIssuer } from './issuer.ts';
import { eventually } from './world.ts';

const minute = 60_000;

const hour = 60 * minute;

let world: Issuer;

let first: Key;

let second: Key;

beforeEach(async () => {
  [first, second] = await Promise.all([keyOf('first'), keyOf('second')]);
  world = await openIssuer();
  world.publish(first);
});

afterEach(async () => {
  world.server.closeAllConnections();
  world.server.close();
  await once(world.server, 'close');
});

describe('keys that have been read', () => {
  it.each([
    ['it answers 503', { status: 503, body: '{"keys":[]}' }],
    ['it answers a page', { status: 200, body: '<html>Be right back</html>' }],
    ['it answers no key set', { status: 200, body: '{"error":"oops"}' }],
    ['it sends elsewhere', { status: 302, body: '' }],
  ])('stay valid for 24 hours while their URL is down: %s', async (_, away) => {
    expect(await world.check(first)).toBe('known');
    world.served = away;
    for (let hours = 0; hours < 24; hours += 1) {
      expect(await world.check(first), `after ${hours} h`).toBe('known');
      await world.clock.advance(hour);
    }
    expect(await world.check(first)).toBe('unavailable');
    world.publish(first);
    await world.clock.advance(minute);
    expect(await world.check(first)).toBe('known');
  });

  it('stay valid when nothing listens at their URL, which is logged once a minute with the reason', async () => {
    expect(await world.check(first)).toBe('known');
    world.server.close();
    await world.clock.advance(11 * minute);
    for (let second = 0; second < 180; second += 1) {
      expect(await world.check(first)).toBe('known');
      await world.clock.advance(1000);
    }
    await eventually(() => world.lines.length).toBeGreaterThanOrEqual(2);
    expect(world.lines.length).toBeLessThanOrEqual(3);
    expect(world.lines[0]).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('AUTH_JWKS_URL'),
      fields: { reason: expect.stringContaining('ECONNREFUSED') },
    });
    world.server.listen(0);
    await once(world.server, 'listening');
  });

  it('are read again with growing pauses, one request at a time, and the new ones count', async () => {
    expect(await world.check(first)).toBe('known');
    world.served = { status: 500, body: '' };
    await world.clock.advance(11 * minute);
    const before = world.asked;
    for (let second = 0; second < 300; second += 1) {
      await Promise.all([world.check(first), world.check(first)]);
      await world.clock.advance(1000);
    }
    // After 1, 2, 4 … 32 seconds, and then every 60 seconds.
    expect(world.asked - before).toBeGreaterThanOrEqual(6);
    expect(world.asked - before).toBeLessThanOrEqual(11);
    world.publish(second);
    await world.clock.advance(minute);
    await world.check(first);
    await eventually(() => world.lines.at(-1)).toMatchObject({ level: 'info' });
    expect(await world.check(second)).toBe('known');
    expect(await world.check(first)).toBe('invalid');
  });

  it('are read again every ten minutes, so that a withdrawn key stops being valid', async () => {
    expect(await world.check(first)).toBe('known');
    world.publish(second);
    await world.clock.advance(9 * minute);
    expect(await world.check(first)).toBe('known');
    await world.clock.advance(minute);
    expect(await world.check(first)).toBe('invalid');
    expect(world.lines).toEqual([]);
  });
});

describe('while no keys could be read', () => {
  it('tokens start no requests of their own: the keys are read again with growing pauses, logged once a minute', async () => {
    world.served = { status: 503, body: '' };
    for (let seconds = 0; seconds < 300; seconds += 1) {
      const kinds = await Promise.all([world.check(first), world.check(second), world.check(first)]);
      expect(kinds).toEqual(['unavailable', 'unavailable', 'unavailable']);
      await world.clock.advance(1000);
    }
    // At once, after 1, 2, 4 … 32 seconds, and then every 60 seconds.
    expect(world.asked).toBeGreaterThanOrEqual(7);
    expect(world.asked).toBeLessThanOrEqual(12);
    const errors = world.lines.filter(({ level }) => level === 'error');
    expect(errors.length).toBeGreaterThanOrEqual(4);
    expect(errors.length).toBeLessThanOrEqual(5);
    world.publish(first);
    await world.clock.advance(minute);
    expect(await world.check(first)).toBe('known');
  });
});

describe('a token that was verified', () => {
  it('is kept while its key is published, and for ten minutes at most after that', async () => {
    const token = await world.tokenOf(first, 24 * hour);
    const known = await world.verify(token);
    expect(known.kind).toBe('known');
    // The keys were read for the first one, so it is the second that is kept.
    const kept = await world.verify(token);
    expect(await world.verify(token)).toBe(kept);
    world.publish(second);
    await world.clock.advance(9 * minute);
    expect(await world.verify(token)).toBe(kept);
    await world.clock.advance(minute);
    expect(await world.verify(token)).toMatchObject({ kind: 'invalid' });
  });

  it('is kept while its keys cannot be read again', async () => {
    const token = await world.tokenOf(first, 23 * hour);
    await world.verify(token);
    world.served = { status: 503, body: '' };
    await world.clock.advance(hour);
    await world.verify(token);
    await eventually(() => world.lines.length).toBeGreaterThan(0);
    const kept = await world.verify(token);
    expect(kept.kind).toBe('known');
    expect(await world.verify(token)).toBe(kept);
    await world.clock.advance(22 * hour);
    expect(await world.verify(token)).toMatchObject({ kind: 'expired' });
  });
});

describe('an unknown key', () => {
  it('makes the gateway read the keys again, at most twice a minute', async () => {
    expect(await world.check(first)).toBe('known');
    world.publish(first, second);
    expect(await world.check(second)).toBe('invalid');
    await world.clock.advance(30_000);
    expect(await world.check(second)).toBe('known');
    expect(world.asked).toBe(2);
    const strange = await keyOf('strange');
    for (let times = 0; times < 10; times += 1) expect(await world.check(strange)).toBe('invalid');
    expect(world.asked).toBe(2);
  });

  it('is neither valid nor invalid while the URL is down: its token may be used later', async () => {
    expect(await world.check(first)).toBe('known');
    world.served = { status: 503, body: '' };
    await world.clock.advance(30_000);
    expect(await world.check(second)).toBe('unavailable');
    expect(await world.check(first)).toBe('known');
    world.publish(first, second);
    await world.clock.advance(2000);
    expect(await world.check(second)).toBe('known');
  });
});
