import { expect, test } from 'vitest';
import { inRotation, timesOf } from '../../bench/measure.ts';
import { type Line, tableOf } from '../../bench/table.ts';

const line: Line = {
  work: 'work',
  against: 'raw',
  floor: 0.8,
  goal: 1,
  measured: 0.9,
  unit: 'x',
  more: true,
  generator: 0.5,
  from: 'somewhere',
};

function authResultOf(patch: Partial<Line>, judged = true): string | undefined {
  const [, , row = ''] = tableOf([{ ...line, ...patch }], judged).split('\n');
  return row.split(' | ')[5]?.trim();
}

test('a figure is compared with its floor and its goal, whether more or less is better', () => {
  expect(authResultOf({ measured: 1 })).toBe('goal');
  expect(authResultOf({ measured: 0.9 })).toBe('floor');
  expect(authResultOf({ measured: 0.799 })).toBe('below the floor');
  expect(authResultOf({ more: false, floor: 15, goal: 6, measured: 6 })).toBe('goal');
  expect(authResultOf({ more: false, floor: 15, goal: 6, measured: 15.1 })).toBe('below the floor');
  expect(authResultOf({ measured: Number.NaN })).toBe('not measured');
  expect(authResultOf({ measured: 0.1 }, false)).toBe('');
});

test('a generator at its limit makes its row invalid', () => {
  expect(authResultOf({ measured: 2, generator: 0.9 })).toBe('goal');
  expect(authResultOf({ measured: 2, generator: 0.91 })).toMatch('invalid');
});

test('each round starts with another competitor, and the result is the median of the ratios', async () => {
  const asked: string[] = [];
  // Each round is slower than the one before, for all alike; in the last, one competitor is disturbed.
  const measurements = await inRotation(['a', 'b'], { warmUps: 0, rounds: 3 }, (name) => {
    asked.push(name);
    const round = Math.ceil(asked.length / 2);
    const cost = round * (name === 'a' ? 1 : 4) * (round === 3 && name === 'b' ? 10 : 1);
    return Promise.resolve({ cost, generator: null });
  });
  expect(asked.join('')).toBe('abbaab');
  expect(timesOf(measurements, 'a', 'b')).toBe(4);
});

test('the first rounds are a warm-up and are not kept', async () => {
  let asked = 0;
  const measurements = await inRotation(['a', 'b'], { warmUps: 1, rounds: 2 }, () => {
    asked += 1;
    return Promise.resolve({ cost: asked, generator: null });
  });
  expect(measurements.get('a')?.map(({ cost }) => cost)).toEqual([4, 5]);
  expect(measurements.get('b')?.map(({ cost }) => cost)).toEqual([3, 6]);
});
