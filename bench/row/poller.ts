import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, openChild } from '../child.ts';
import { inRotation, medianOf } from '../measure.ts';
import type { PollCommands } from '../process/commands.ts';
import type { ProviderCommands } from '../process/poll-provider.ts';
import { cheaperThan, spreadOf } from './line.ts';
import type { Row } from './scale.ts';

const names = ['reelgate', 'naive'] as const;

const pollEverySeconds = 7;

/** The naive loop waits for the disk at every poll, so it gets fewer. */
const naiveShare = 0.05;

/** Polls jobs from claim to commit, as fast as possible. */
export const poller: Row = {
  name: 'poller',
  async measure({ scale }) {
    const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
    const provider = await openChild<ProviderCommands>('poll-provider');
    const port = String(await provider.ask('port'));
    const pollers = new Map<string, Child<PollCommands>>();
    for (const name of names) {
      pollers.set(name, await openChild<PollCommands>(`poll-${name}`, join(folder, `${name}.db`), port));
    }
    const gateway = pollers.get('reelgate');
    const memoryBefore = (await gateway?.ask('memory')) ?? Number.NaN;
    for (const child of pollers.values()) await child.ask('jobs', scale.inFlight);
    const cpuPerPoll: number[] = [];

    const measurements = await inRotation(names, scale, async (name) => {
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
    const perPoll = cpuPerPoll.slice(scale.warmUps);
    const inFlight = perPoll.map((micros) => Math.round((pollEverySeconds * 1_000_000) / micros));
    const cpuMicros = medianOf(perPoll);
    const bytes = (memoryAfter - memoryBefore) / scale.inFlight;
    const count = scale.inFlight.toLocaleString('en');
    return [
      cheaperThan(measurements, {
        work: 'poller, the whole loop',
        against: 'naive loop',
        others: ['naive'],
        floor: 3,
        goal: 5,
        costs: 'µs per poll',
      }),
      {
        work: `jobs in flight on one core, at one poll per ${pollEverySeconds} s`,
        against: '',
        floor: 25_000,
        goal: 50_000,
        measured: medianOf(inFlight),
        unit: '',
        more: true,
        spread: spreadOf(inFlight),
        generator: null,
        from: `${cpuMicros.toFixed(1)} µs of CPU per poll; ${bytes.toFixed(0)} bytes of memory for each of ${count} jobs`,
      },
    ];
  },
};
