import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, openChild } from '../child.ts';
import { medianOf } from '../measure.ts';
import type { GrowthCommands, Timed } from '../process/growth-store.ts';
import { spreadOf } from './line.ts';
import type { Row } from './scale.ts';

const names = ['query', 'list', 'claim', 'commit', 'feed'] as const;

const works: Record<keyof Timed, string> = {
  query: 'a job by id',
  list: 'a page of jobs',
  claim: 'a claim, one of 50',
  commit: 'a commit, one of 50',
  feed: 'feed replay, 100 events',
};

const running = 50;

/** The store's cost of the same operations in a small and a large database, each in its own process. */
export const growth: Row = {
  name: 'growth',
  async measure({ scale }) {
    const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
    const sizes: { readonly child: Child<GrowthCommands>; readonly rounds: Timed[] }[] = [];
    for (const count of scale.growth) {
      const child = await openChild<GrowthCommands>('growth-store', join(folder, `${count}.db`));
      await child.ask('fill', { count, running });
      await child.ask('time', Math.ceil(scale.operations / 4));
      sizes.push({ child, rounds: [] });
    }
    // In rotation, as in all comparisons.
    for (let round = 0; round < scale.rounds; round += 1) {
      for (let turn = 0; turn < sizes.length; turn += 1) {
        const size = sizes[(round + turn) % sizes.length];
        size?.rounds.push(await size.child.ask('time', scale.operations));
      }
    }
    for (const { child } of sizes) await child.end();
    await rm(folder, { recursive: true, force: true });

    const countOf = (size: number) => scale.growth[size]?.toLocaleString('en');
    return names.map((name) => {
      const costs = sizes.map(({ rounds }) => rounds.map((timed) => timed[name]));
      const [smallest = []] = costs;
      const ratios = costs.map((each) => each.map((micros, round) => micros / (smallest[round] ?? Number.NaN)));
      const worst = ratios.toSorted((a, b) => medianOf(b) - medianOf(a))[0] ?? [];
      return {
        work: `growth: ${works[name]}`,
        against: `${countOf(0)} jobs`,
        floor: 2,
        goal: 2,
        measured: medianOf(worst),
        unit: 'x',
        more: false,
        spread: spreadOf(worst),
        generator: null,
        from: `µs of CPU: ${costs.map((each, size) => `${medianOf(each).toFixed(1)} at ${countOf(size)}`).join(', ')}`,
      };
    });
  },
};
