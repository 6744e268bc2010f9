import { describe, expect, test } from 'vitest';
import { bundleWorker } from '../../simulation/bundle.ts';
import { type Played, playSeeds } from '../../simulation/pool.ts';
import { readPastSeeds, seedsFrom } from '../../simulation/seeds.ts';
import { sumOf } from '../../simulation/totals.ts';

const testTimeoutMs = 300_000;

/** Points at which a crash could lose a paid video or give a user a false result. */
const paidPath = [
  ...['admit', 'claimDue', 'submit', 'poll', 'commit', 'ring'].flatMap((port) => [`before ${port}`, `after ${port}`]),
  'when connected',
  'before the first byte',
  'out of the blue',
];

describe('the simulator', () => {
  test('finds no broken promise, in past failing seeds and in others', { timeout: testTimeoutMs }, async () => {
    const seeds = [...readPastSeeds(), ...seedsFrom(1, 200)];
    const all: Played[] = [];
    await playSeeds(
      await bundleWorker('simulation-test', null),
      { seeds, processes: 2 },
      (played) => all.push(played) > 0,
    );
    expect(all.filter(({ violations }) => violations.length > 0)).toEqual([]);
    expect(all).toHaveLength(seeds.length);
    const points = new Set(all.flatMap(({ crashPoints }) => crashPoints));
    expect(paidPath.filter((point) => !points.has(point))).toEqual([]);
    // If one of these is 0, some kind of trouble no longer happens.
    const totals = sumOf(all.flatMap((played) => played.totals ?? []));
    expect(Object.entries(totals).filter(([, count]) => count === 0)).toEqual([]);
  });
});
