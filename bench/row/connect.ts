import { type Competitor, type Fleet, peerNames, serverNames } from '../fleet.ts';
import { inRotation, type Measurement, medianOf } from '../measure.ts';
import { operations } from '../operation.ts';
import { asMuchAs, cheaperThan, spreadOf } from './line.ts';
import { connectAll, connectingGroups, end, groupOf, openRestarts, resuming } from './restart.ts';
import type { Row, Scale } from './scale.ts';

/** Each user connects and subscribes to their job; then all disconnect. */
export const connect: Row = {
  name: 'connect',
  async measure({ scale, fleet: open }) {
    const fleet: Fleet = await open('users');
    const groups = connectingGroups(fleet, scale);
    const names = ['reelgate', ...peerNames];
    const measurements = await inRotation(names, scale, async (name) => {
      const competitor = fleet.competitor(name);
      const { cpuMicros, generator } = await connectAll(competitor, groups, groups.length);
      await competitor.load.ask('disconnect');
      return { cost: cpuMicros / groups.length, generator };
    });
    const work = 'connect and subscribe, steady';
    const costs = 'CPU per client, µs';
    return [cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 1.5, goal: 2.5, costs })];
  },
};

/** After a restart all clients come back at once, and resume their feeds after their first event. */
export const storm: Row = {
  name: 'storm',
  async measure({ scale }) {
    const restarts = await openRestarts(scale);
    const { groups, results } = resuming(restarts);
    const seconds: number[] = [];
    const names = ['reelgate', ...peerNames];
    const rounds = { warmUps: 0, rounds: Math.min(scale.rounds, 3) };
    const measurements = await inRotation(names, rounds, async (name): Promise<Measurement> => {
      const competitor = await restarts.start(name);
      const { cpuMicros, wallMicros, generator } = await connectAll(competitor, groups, results);
      await end(competitor);
      if (name === 'reelgate') seconds.push(wallMicros / 1_000_000);
      return { cost: cpuMicros / groups.length, generator };
    });
    await restarts.close();
    const work = `reconnect storm of ${groups.length.toLocaleString('en')} clients after a restart`;
    const costs = 'CPU per client, µs';
    return [
      cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 2, goal: 3, costs }),
      {
        work: `${work}: until all are live`,
        against: '',
        floor: 10,
        goal: 5,
        measured: medianOf(seconds),
        unit: 's',
        more: false,
        spread: spreadOf(seconds),
        generator: null,
        from: `${results.toLocaleString('en')} items of their feeds`,
      },
    ];
  },
};

/** What users add to a new server. */
type Addition<Result> = { readonly before: Result; readonly after: Result; readonly users: number };

/** Users who watch a job each, and new servers for them. */
export type Newcomers = {
  /** Asks a new server before they connect, and when all have their first result. */
  added<Result>(name: string, ask: (server: Competitor['server']) => Promise<Result>): Promise<Addition<Result>>;
  close(): Promise<void>;
};

/** A database with a job of each user. Each question is put to a new server, so that nothing else has left anything in its memory. */
export async function openNewcomers(scale: Scale): Promise<Newcomers> {
  const restarts = await openRestarts(scale);
  const groups = restarts.users.map((user, place) =>
    groupOf({ user, query: operations.jobProgress, variables: { id: restarts.jobs[place]?.job.id } }),
  );
  return {
    async added(name, ask) {
      const competitor = await restarts.start(name);
      // What the first clients add belongs to the server.
      const some = groups.slice(0, Math.ceil(groups.length / 50));
      await connectAll(competitor, some, some.length);
      await competitor.load.ask('disconnect');
      const before = await ask(competitor.server);
      await connectAll(competitor, groups, groups.length);
      await competitor.server.ask('memory');
      const after = await ask(competitor.server);
      await end(competitor);
      return { before, after, users: groups.length };
    },
    close: restarts.close,
  };
}

/** The memory of a connected user. */
export const memory: Row = {
  name: 'memory',
  async measure({ scale }) {
    const newcomers = await openNewcomers(scale);
    const rounds = { warmUps: 0, rounds: Math.min(scale.rounds, 3) };
    const measurements = await inRotation(serverNames, rounds, async (name): Promise<Measurement> => {
      const { before, after, users } = await newcomers.added(name, (server) => server.ask('memory'));
      return { cost: (after - before) / 1024 / users, generator: null };
    });
    await newcomers.close();
    const work = 'memory per connected user with a subscription';
    const costs = 'KiB';
    return [
      asMuchAs(measurements, { work, against: 'raw ws', others: ['raw'], floor: 2, goal: 1.5, costs }),
      asMuchAs(measurements, { work, against: 'best peer', others: peerNames, floor: 0.7, goal: 0.5, costs }),
    ];
  },
};
