import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChild } from '../child.ts';
import { medianOf } from '../measure.ts';
import type { GrowthVerbs, Timed } from '../process/growth-store.ts';
import type { Row } from './scale.ts';

const names = ['query', 'list', 'claim', 'commit', 'feed'] as const;
const works: Record<keyof Timed, string> = {
  query: 'a job by id that is not in memory',
  list: 'a page of jobs',
  claim: 'a claim, one of 50',
  commit: 'a commit, one of 50',
  feed: 'feed replay, 100 events',
};
const running = 50;

/** What the store takes for the same in a small and in a large database. */
export const growth: Row = {
  name: 'growth',
  async measure({ scale }) {
    const timed: Timed[] = [];
    for (const count of scale.growth) {
      const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
      const child = await openChild<GrowthVerbs>('growth-store', join(folder, 'growth.db'));
      await child.ask('fill', { count, running });
      await child.ask('time', Math.ceil(scale.operations / 4));
      const rounds: Timed[] = [];
      for (let round = 0; round < scale.rounds; round += 1) rounds.push(await child.ask('time', scale.operations));
      timed.push(mediansOf(rounds));
      await child.end();
      await rm(folder, { recursive: true, force: true });
    }
    return names.map((name) => {
      const micros = timed.map((each) => each[name]);
      return {
        work: `growth: ${works[name]}`,
        against: `${scale.growth[0]?.toLocaleString('en')} jobs`,
        floor: 2,
        goal: 2,
        measured: Math.max(...micros) / (micros[0] ?? Number.NaN),
        unit: 'x',
        more: false,
        generator: null,
        from: `µs of CPU: ${micros.map((each, size) => `${each.toFixed(1)} at ${scale.growth[size]?.toLocaleString('en')}`).join(', ')}`,
      };
    });
  },
};

function mediansOf(rounds: readonly Timed[]): Timed {
  const of = (name: keyof Timed) => medianOf(rounds.map((round) => round[name]));
  return { query: of('query'), list: of('list'), claim: of('claim'), commit: of('commit'), feed: of('feed') };
}
