import { expect, test } from 'vitest';
import { playHistory } from './history.ts';
import { seedsFrom } from './seeds.ts';

test('the simulator plays the same story for the same seed, and finds no broken promise in it', async () => {
  for (const seed of seedsFrom(1, 12)) {
    const { story, violations } = await playHistory(seed);
    expect(violations).toEqual([]);
    expect((await playHistory(seed)).story).toEqual(story);
  }
});
