import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCompetitor } from '../fleet.ts';
import { costsOf, inRotation, medianOf, timesOf } from '../measure.ts';
import { operations, subscribeMessage } from '../operation.ts';
import type { PublicJob } from '../process/server.ts';
import type { Row } from './scale.ts';
import { closeScene, openScene, type Scene } from './scene.ts';

function sceneOf(job: PublicJob | undefined, sockets: number): Scene {
  return {
    groups: [{ sockets, messages: [subscribeMessage('1', operations.jobUpdated, { id: job?.id })] }],
    change: { kind: 'polled', jobs: [0] },
    results: sockets,
  };
}

/** How long the gateway is blocked while it sends to all subscribers. */
export const stall: Row = {
  name: 'stall',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const { stallSockets: sockets, rounds, eventsEach } = scale;
    const competitor = fleet.competitor('reelgate');
    const scene = sceneOf(fleet.jobs[0], sockets);
    await openScene([competitor], scene);
    const longest: number[] = [];
    for (let event = 0; event < rounds * eventsEach; event += 1) {
      await competitor.server.ask('prepare', scene.change);
      await competitor.load.ask('reset');
      await competitor.server.ask('watchTurns');
      await competitor.server.ask('publish', scene.change);
      await competitor.load.ask('received', scene.results);
      longest.push(await competitor.server.ask('longestTurn'));
    }
    await closeScene([competitor]);
    return [
      {
        work: `longest turn of the event loop during a broadcast to ${sockets.toLocaleString('en')} sockets`,
        against: '',
        floor: 15,
        goal: 6,
        measured: medianOf(longest),
        unit: 'ms',
        more: false,
        generator: null,
        from: `median of ${longest.length} broadcasts; longest of all ${Math.max(...longest).toFixed(1)} ms`,
      },
    ];
  },
};

/** The memory of an idle subscriber. Each server is new, so that no other row has left anything in its memory. */
export const idle: Row = {
  name: 'idle',
  async measure({ scale }) {
    const sockets = scale.idleSockets;
    const rounds = Math.min(scale.rounds, 3);
    const names = ['reelgate', 'raw', 'yoga'];
    const measurements = await inRotation(names, { warmUps: 0, rounds }, async (name) => ({
      cost: await memoryPerSocket(name, sockets),
      generator: null,
    }));
    const bytes = (name: string) => `${name} ${(medianOf(costsOf(measurements, name)) / 1024).toFixed(1)}`;
    const lineOf = (other: string, against: string, floor: number, goal: number) => ({
      work: `memory per idle subscriber, of ${sockets.toLocaleString('en')}`,
      against,
      floor,
      goal,
      measured: 1 / timesOf(measurements, 'reelgate', other),
      unit: 'x',
      more: false,
      generator: null,
      from: `KiB: ${bytes('reelgate')}, ${bytes(other)}`,
    });
    return [lineOf('raw', 'raw ws', 1.8, 1.5), lineOf('yoga', 'yoga', 0.6, 0.5)];
  },
};

async function memoryPerSocket(name: string, sockets: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
  const competitor = await openCompetitor(name, `server-${name}`, join(folder, 'idle.db'));
  const { server, load, port } = competitor;
  const jobs = await server.ask('jobs', { count: 1, given: [sampleJob] });
  // Memory that the first sockets add belongs to the server.
  await openScene([competitor], sceneOf(jobs[0], Math.min(100, sockets)));
  await closeScene([competitor]);
  const before = await server.ask('memory');
  await load.ask('connect', { port, groups: sceneOf(jobs[0], sockets).groups });
  await server.ask('memory');
  const after = await server.ask('memory');
  await server.end();
  await load.end();
  await rm(folder, { recursive: true, force: true });
  return (after - before) / sockets;
}

const sampleJob: PublicJob = {
  id: 'Sm9iOjE',
  status: 'PROCESSING',
  version: 3,
  environment: 'LIVE',
  prompt: 'Two people at desk 0',
  aspectRatio: 'LANDSCAPE_16_9',
  seed: 0,
  charge: { state: 'HELD', credits: 1 },
  createdAt: '2026-01-01T00:00:00.000Z',
  submittedAt: '2026-01-01T00:00:00.000Z',
};
