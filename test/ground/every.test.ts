import { expect, test } from 'vitest';
import { every } from '../../src/lib/every.ts';
import { createManualClock } from '../world/clock.ts';

test('a repeating timer calls back until it is stopped, even from within the callback', async () => {
  const clock = createManualClock();
  const calls: string[] = [];
  const stopOne = every(clock, 1000, () => void calls.push('one'));
  const stopOther = every(clock, 1500, () => {
    calls.push('other');
    stopOther();
  });
  await clock.advance(3500);
  expect(calls).toEqual(['one', 'other', 'one', 'one']);
  stopOne();
  await clock.advance(10_000);
  expect(calls).toHaveLength(4);
});
