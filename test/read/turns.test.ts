import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from '../../src/read/turns.ts';

test('places are given in order, so many in each turn; the first ones at once', async () => {
  const place = createTurns(2);
  const entered: number[] = [];
  const enter = async (nth: number) => {
    await place();
    entered.push(nth);
  };
  const all = [1, 2, 3, 4, 5].map(enter);
  await Promise.resolve();
  expect(entered).toEqual([1, 2]);
  await nextTurn();
  expect(entered).toEqual([1, 2, 3, 4]);
  // One place of this turn is left, and one who comes now takes it.
  await nextTurn();
  await Promise.all([...all, enter(6)]);
  expect(entered).toEqual([1, 2, 3, 4, 5, 6]);
});

test('nobody who comes later passes those who wait', async () => {
  const place = createTurns(1);
  const entered: number[] = [];
  const enter = async (nth: number) => {
    await place();
    entered.push(nth);
  };
  const first = [1, 2, 3].map(enter);
  await nextTurn();
  await Promise.all([enter(4), ...first]);
  expect(entered).toEqual([1, 2, 3, 4]);
});
