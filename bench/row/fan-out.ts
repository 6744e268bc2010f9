import { type Fleet, peerNames, serverNames } from '../fleet.ts';
import { costsOf, generatorOf, inRotation, type Measurements, medianOf, timesOf } from '../measure.ts';
import { operations, subscribeMessage } from '../operation.ts';
import type { Line } from '../table.ts';
import type { Row, Scale } from './scale.ts';
import { closeScene, competitorsOf, costOfPublishing, openScene, type Scene } from './scene.ts';

const { jobUpdated, jobEvents } = operations;

async function measurementsOf(fleet: Fleet, scene: Scene, scale: Scale): Promise<Measurements> {
  const competitors = competitorsOf(fleet, serverNames);
  await openScene(competitors, scene);
  const measurements = await inRotation(serverNames, scale, (name) =>
    costOfPublishing(fleet.competitor(name), scene, scale.eventsEach),
  );
  await closeScene(competitors);
  return measurements;
}

/** How many times cheaper the gateway is than another competitor, or than the best of several. */
function lineOf(
  measurements: Measurements,
  {
    work,
    others,
    against,
    floor,
    goal,
  }: Pick<Line, 'work' | 'against' | 'floor' | 'goal'> & { others: readonly string[] },
): Line {
  const measured = Math.min(...others.map((other) => timesOf(measurements, 'reelgate', other)));
  const micros = (name: string) => `${name} ${medianOf(costsOf(measurements, name)).toFixed(2)}`;
  const from = `CPU per message, µs: ${['reelgate', ...others].map(micros).join(', ')}`;
  return {
    work,
    against,
    floor,
    goal,
    measured,
    unit: 'x',
    more: true,
    generator: generatorOf(measurements, ['reelgate', ...others]),
    from,
  };
}

function rawAndBest(
  measurements: Measurements,
  work: string,
  raw: readonly [floor: number, goal: number],
  best: readonly [floor: number, goal: number],
): readonly Line[] {
  return [
    lineOf(measurements, { work, against: 'raw ws', others: ['raw'], floor: raw[0], goal: raw[1] }),
    lineOf(measurements, { work, against: 'best peer', others: peerNames, floor: best[0], goal: best[1] }),
  ];
}

/** One event of one job, for all its subscribers. */
export const fanOut: Row = {
  name: 'fan-out',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const lines: Line[] = [];
    for (const sockets of scale.fanOut) {
      const id = fleet.jobs[0]?.id;
      const scene: Scene = {
        groups: [{ sockets, messages: [subscribeMessage('1', jobUpdated, { id })] }],
        change: { kind: 'polled', jobs: [0] },
        results: sockets,
      };
      const measurements = await measurementsOf(fleet, scene, scale);
      const work = `one event → ${sockets.toLocaleString('en')} sockets`;
      for (const [other, against, floor, goal] of [
        ['raw', 'raw ws', 0.9, 1.05],
        ['yoga', 'yoga', 5, 6],
        ['mercurius', 'Mercurius', 3.5, 4.5],
        ['apollo', 'Apollo', 3.5, 4],
      ] as const) {
        lines.push(lineOf(measurements, { work, against, others: [other], floor, goal }));
      }
    }
    return lines;
  },
};

/** Ten events in one turn, none of which may be skipped. */
export const burst: Row = {
  name: 'burst',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const events = 10;
    const scene: Scene = {
      groups: [{ sockets: scale.burstSockets, messages: [subscribeMessage('1', jobEvents, {})] }],
      change: { kind: 'moved', jobs: placesOf(events) },
      results: scale.burstSockets * events,
    };
    const work = `ten events in one turn → ${scale.burstSockets.toLocaleString('en')} sockets`;
    return rawAndBest(await measurementsOf(fleet, scene, scale), work, [4, 7], [15, 25]);
  },
};

/** Pages with many jobs, the same ones on all pages. */
export const dashboards: Row = {
  name: 'dashboards',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const { dashboards: sockets, jobsEach } = scale;
    const messages = fleet.jobs
      .slice(0, jobsEach)
      .map(({ id }, place) => subscribeMessage(`${place}`, jobUpdated, { id }));
    const scene: Scene = {
      groups: [{ sockets, messages }],
      change: { kind: 'polled', jobs: placesOf(jobsEach) },
      results: sockets * jobsEach,
    };
    const work = `${sockets} dashboards of ${jobsEach} jobs each`;
    return rawAndBest(await measurementsOf(fleet, scene, scale), work, [1.5, 2.2], [7, 10]);
  },
};

/** Every client watches its own job, and all jobs change at once. */
export const ownJobs: Row = {
  name: 'own-jobs',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const watched = fleet.jobs.slice(0, scale.ownJobs);
    const scene: Scene = {
      groups: watched.map(({ id }) => ({ sockets: 1, messages: [subscribeMessage('1', jobUpdated, { id })] })),
      change: { kind: 'polled', jobs: placesOf(watched.length) },
      results: watched.length,
    };
    const work = `${watched.length.toLocaleString('en')} sockets, each its own job`;
    return rawAndBest(await measurementsOf(fleet, scene, scale), work, [0.5, 0.8], [2, 3]);
  },
};

function placesOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => place);
}
