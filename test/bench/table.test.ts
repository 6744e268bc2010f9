import { expect, test } from 'vitest';
import { inRotation, type Measurements, timesOf } from '../../bench/measure.ts';
import { asMuchAs, cheaperThan } from '../../bench/row/line.ts';
import { type Line, tableOf } from '../../bench/table.ts';

const line: Line = {
  work: 'work',
  against: 'raw',
  floor: 0.8,
  goal: 1,
  measured: 0.9,
  unit: 'x',
  more: true,
  spread: '0.80 to 1.00',
  generator: 0.5,
  from: 'somewhere',
};

function verdictOf(patch: Partial<Line>, judged = true): string | undefined {
  const [, , row = ''] = tableOf([{ ...line, ...patch }], judged).split('\n');
  return row.split(' | ')[5]?.trim();
}

test('a figure is compared with its floor and its goal, whether more or less is better', () => {
  expect(verdictOf({ measured: 1 })).toBe('goal');
  expect(verdictOf({ measured: 0.9 })).toBe('floor');
  expect(verdictOf({ measured: 0.799 })).toBe('below the floor');
  expect(verdictOf({ more: false, floor: 15, goal: 6, measured: 6 })).toBe('goal');
  expect(verdictOf({ more: false, floor: 15, goal: 6, measured: 15.1 })).toBe('below the floor');
  expect(verdictOf({ measured: Number.NaN })).toBe('not measured');
  expect(verdictOf({ measured: 0.1 }, false)).toBe('');
  expect(verdictOf({ floor: Number.POSITIVE_INFINITY, goal: Number.POSITIVE_INFINITY })).toBe('');
});

test('a generator at its limit makes its row invalid', () => {
  expect(verdictOf({ measured: 2, generator: 0.9 })).toBe('goal');
  expect(verdictOf({ measured: 2, generator: 0.91 })).toMatch('invalid');
});

const costs: Measurements = new Map(
  Object.entries({ reelgate: [10, 20, 30], slow: [90, 80, 60], fast: [20, 30, 90] }).map(([name, rounds]) => [
    name,
    rounds.map((cost) => ({ cost, generator: 0.1 })),
  ]),
);

const compared = { work: 'work', floor: 1, goal: 2, others: ['slow', 'fast'], against: 'best peer', costs: 'µs' };

test('the best of several is the one with the lowest median, and the spread is of its rounds', () => {
  expect(cheaperThan(costs, compared)).toMatchObject({
    measured: 2,
    more: true,
    spread: '1.50 to 3.00',
    from: 'µs: reelgate 20.0, slow 80.0, fast 30.0',
  });
  expect(asMuchAs(costs, compared)).toMatchObject({ measured: 0.5, more: false, spread: '0.33 to 0.67' });
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
