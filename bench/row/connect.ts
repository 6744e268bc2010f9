import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Competitor, type Fleet, openCompetitor, peerNames, serverNames, type User, usersOf } from '../fleet.ts';
import { type Issuer, openIssuer } from '../issuer.ts';
import { inRotation, type Measurement, medianOf } from '../measure.ts';
import { initMessage, operations, subscribeMessage } from '../operation.ts';
import type { SocketGroup } from '../process/load-sockets.ts';
import { cursorOf } from '../process/peer.ts';
import { openSnapshot } from '../process/peer-rows.ts';
import type { OwnedJob } from '../process/server.ts';
import { asMuchAs, cheaperThan, spreadOf } from './line.ts';
import type { Row, Scale } from './scale.ts';
import { firstJobOf } from './users.ts';

type Group = { readonly user: User; readonly query: string; readonly variables: Record<string, unknown> };

function groupOf({ user, query, variables }: Group): SocketGroup {
  return { sockets: 1, init: initMessage(user.token), messages: [subscribeMessage('1', query, variables)] };
}

/** Connects all groups, and waits for so many results; returns the server's CPU and the time, in microseconds. */
async function connectAll({ server, load, port }: Competitor, groups: readonly SocketGroup[], results: number) {
  await load.ask('reset');
  const [before, generatorBefore] = [await server.cpuMicros(), await load.cpuMicros()];
  const startedAt = performance.now();
  await load.ask('connect', { port, groups });
  await load.ask('received', results);
  const wallMicros = (performance.now() - startedAt) * 1000;
  const cpuMicros = (await server.cpuMicros()) - before;
  return { cpuMicros, wallMicros, generator: ((await load.cpuMicros()) - generatorBefore) / wallMicros };
}

/** Each user connects and subscribes to their job; then all disconnect. */
export const connect: Row = {
  name: 'connect',
  async measure({ scale, fleet: open }) {
    const fleet: Fleet = await open('users');
    const groups = fleet.users
      .slice(0, scale.connecting)
      .map((user) => groupOf({ user, query: operations.jobProgress, variables: { id: firstJobOf(fleet, user) } }));
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

/** A database with a job of each user, whose servers are started anew for each measurement. */
type Restarts = {
  readonly users: readonly User[];
  readonly jobs: readonly OwnedJob[];
  readonly file: string;
  start(name: string): Promise<Competitor>;
  close(): Promise<void>;
};

async function openRestarts({ users: count }: Scale): Promise<Restarts> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
  const issuer: Issuer = await openIssuer('HS256');
  const auth = JSON.stringify(issuer.auth);
  const file = join(folder, 'gateway.db');
  const open = (name: string) => openCompetitor(name, `server-${name}`, auth, file, 'default');
  const cast = Array.from({ length: count }, (_, user) => ({ owner: `user-${user}`, jobs: 1 }));
  const first = await open('reelgate');
  const jobs = await first.server.ask('jobs', { cast, given: [] });
  await end(first);
  return {
    users: await usersOf(issuer, cast),
    jobs,
    file,
    async start(name) {
      const competitor = await open(name);
      if (name !== 'reelgate') {
        await competitor.server.ask('jobs', { cast, given: jobs });
        await competitor.server.ask('database', file);
      }
      return competitor;
    },
    async close() {
      issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end({ server, load }: Competitor): Promise<void> {
  await Promise.all([server.end(), load.end()]);
}

/** After a restart all clients come back at once, and resume their feeds after their first event. */
export const storm: Row = {
  name: 'storm',
  async measure({ scale }) {
    const restarts = await openRestarts(scale);
    const { feedOf } = openSnapshot(restarts.file);
    const groups = restarts.users.map((user) =>
      groupOf({ user, query: operations.jobEvents, variables: { after: cursorOf(user.name, 1) } }),
    );
    // What each missed, and the item that says that it has all.
    const results = restarts.users.reduce((sum, { name }) => sum + feedOf(name), 0);
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
