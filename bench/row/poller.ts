import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, openChild } from '../child.ts';
import { costsOf, generatorOf, inRotation, medianOf, timesOf } from '../measure.ts';
import type { ProviderVerbs } from '../process/poll-provider.ts';
import type { PollVerbs } from '../process/verbs.ts';
import type { Row } from './scale.ts';

const names = ['reelgate', 'naive'] as const;

const pollEverySeconds = 7;

/** The naive loop waits for the disk at every look: it is given fewer. */
const naiveShare = 0.05;

/** Looks at jobs from claim to commit, as fast as they can follow each other. */
export const poller: Row = {
  name: 'poller',
  async measure({ scale }) {
    const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
    const provider = await openChild<ProviderVerbs>('poll-provider');
    const port = String(await provider.ask('port'));
    const pollers = new Map<string, Child<PollVerbs>>();
    for (const name of names) {
      pollers.set(name, await openChild<PollVerbs>(`poll-${name}`, join(folder, `${name}.db`), port));
    }
    const gateway = pollers.get('reelgate');
    const memoryBefore = (await gateway?.ask('memory')) ?? Number.NaN;
    for (const child of pollers.values()) await child.ask('jobs', scale.inFlight);
    const cpuPerPoll: number[] = [];

    const readings = await inRotation(names, scale, async (name) => {
      const child = pollers.get(name);
      if (child === undefined) throw new Error(`There is no poller ${name}`);
      const polls = Math.ceil(scale.polls * (name === 'naive' ? naiveShare : 1));
      const [before, providerBefore] = [await child.cpuMicros(), await provider.cpuMicros()];
      const wallMicros = await child.ask('run', polls);
      if (name === 'reelgate') cpuPerPoll.push(((await child.cpuMicros()) - before) / polls);
      return { cost: wallMicros / polls, generator: ((await provider.cpuMicros()) - providerBefore) / wallMicros };
    });
    const memoryAfter = (await gateway?.ask('memory')) ?? Number.NaN;

    for (const child of [provider, ...pollers.values()]) await child.end();
    await rm(folder, { recursive: true, force: true });
    const micros = (name: string) => `${name} ${medianOf(costsOf(readings, name)).toFixed(1)}`;
    const lineOf = (other: string, against: string, floor: number, goal: number) => ({
      work: 'poller, the whole loop',
      against,
      floor,
      goal,
      measured: timesOf(readings, 'reelgate', other),
      unit: 'x',
      more: true,
      generator: generatorOf(readings, ['reelgate', other]),
      from: `µs per look: ${micros('reelgate')}, ${micros(other)}`,
    });
    const cpuMicros = medianOf(cpuPerPoll.slice(scale.warmUps));
    return [
      lineOf('naive', 'naive loop', 3, 6),
      {
        work: `jobs in flight on one core, at one poll per ${pollEverySeconds} s`,
        against: '',
        floor: 25_000,
        goal: 50_000,
        measured: Math.round((pollEverySeconds * 1_000_000) / cpuMicros),
        unit: '',
        more: true,
        generator: null,
        from: `${cpuMicros.toFixed(1)} µs of CPU per look; ${((memoryAfter - memoryBefore) / scale.inFlight).toFixed(0)} bytes of memory for each of ${scale.inFlight.toLocaleString('en')} jobs`,
      },
    ];
  },
};
