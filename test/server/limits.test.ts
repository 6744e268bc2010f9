import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import { createRateLimit, createSlots } from '../../src/server/auth/limits.ts';
import { createManualClock } from '../world/clock.ts';

describe('the rate of a user', () => {
  it.each([1, 3, 7, 60, 3000])(
    'lets %i requests a minute through at once, then returns how long to wait',
    (perMinute) => {
      const limit = createRateLimit(perMinute, createManualClock());
      for (let request = 0; request < perMinute; request += 1) expect(limit('ada')).toBe(0);
      expect(limit('ada')).toBe(Math.max(1, Math.ceil(60 / perMinute)));
    },
  );

  it('lets one through after that wait', async () => {
    const clock = createManualClock();
    const limit = createRateLimit(6, clock);
    for (let request = 0; request < 6; request += 1) limit('ada');
    expect(limit('ada')).toBe(10);
    await clock.advance(4000);
    expect(limit('ada')).toBe(6);
    await clock.advance(6000);
    expect(limit('ada')).toBe(0);
    expect(limit('ada')).toBe(10);
  });

  it('does not affect other users', () => {
    const limit = createRateLimit(1, createManualClock());
    expect([limit('ada'), limit('bob'), limit('ada')]).toEqual([0, 0, 60]);
  });
});

describe('slots', () => {
  it('are given up to the limit, and again once released', () => {
    const slots = createSlots(2);
    expect([slots.acquire('ada'), slots.acquire('ada'), slots.acquire('ada'), slots.acquire('bob')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    slots.release('ada');
    expect([slots.acquire('ada'), slots.acquire('ada')]).toEqual([true, false]);
  });
});

describe('an LRU cache', () => {
  it('drops the least recently used entry', () => {
    const recent = createLruCache<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    expect(recent.get('a')).toBe(1);
    recent.set('c', 3);
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3]);
    recent.delete('a');
    expect(recent.get('a')).toBeUndefined();
  });

  it('keeps the same entries as a list sorted by last use, for any sequence of calls', () => {
    const step = fc.tuple(
      fc.constantFrom('get', 'get', 'set', 'set', 'delete'),
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const recent = createLruCache<number>(3);
        let list: { key: string; value: number }[] = [];
        for (const [value, [verb, key]] of steps.entries()) {
          const known = list.find((each) => each.key === key);
          const others = list.filter((each) => each.key !== key);
          if (verb === 'set') {
            recent.set(key, value);
            list = [...others, { key, value }].slice(-3);
          } else if (verb === 'delete') {
            recent.delete(key);
            list = others;
          } else {
            expect(recent.get(key)).toBe(known?.value);
            if (known !== undefined) list = [...others, known];
          }
          expect(recent.size).toBe(list.length);
        }
      }),
    );
  });
});
