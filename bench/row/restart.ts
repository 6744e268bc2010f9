import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Competitor, type Fleet, openCompetitor, type User, usersOf } from '../fleet.ts';
import { type Issuer, openIssuer } from '../issuer.ts';
import { initMessage, operations, subscribeMessage } from '../operation.ts';
import type { SocketGroup } from '../process/load-sockets.ts';
import { cursorOf } from '../process/peer.ts';
import { openSnapshot } from '../process/peer-rows.ts';
import type { OwnedJob } from '../process/server.ts';
import type { Scale } from './scale.ts';
import { firstJobOf } from './users.ts';

type Group = { readonly user: User; readonly query: string; readonly variables: Record<string, unknown> };

/** A user's one socket, with one subscription. */
export function groupOf({ user, query, variables }: Group): SocketGroup {
  return { sockets: 1, init: initMessage(user.token), messages: [subscribeMessage('1', query, variables)] };
}

/** Connects all groups, and waits for so many results; returns the server's CPU and the time, in microseconds. */
export async function connectAll({ server, load, port }: Competitor, groups: readonly SocketGroup[], results: number) {
  await load.ask('reset');
  const [before, generatorBefore] = [await server.cpuMicros(), await load.cpuMicros()];
  const startedAt = performance.now();
  await load.ask('connect', { port, groups });
  await load.ask('received', results);
  const wallMicros = (performance.now() - startedAt) * 1000;
  const cpuMicros = (await server.cpuMicros()) - before;
  return { cpuMicros, wallMicros, generator: ((await load.cpuMicros()) - generatorBefore) / wallMicros };
}

/** Each user with a subscription to their job. */
export function connectingGroups(fleet: Fleet, { connecting }: Scale): readonly SocketGroup[] {
  const users = fleet.users.slice(0, connecting);
  return users.map((user) =>
    groupOf({ user, query: operations.jobProgress, variables: { id: firstJobOf(fleet, user) } }),
  );
}

/** A database with a job of each user, whose servers are started anew for each measurement. */
export type Restarts = {
  readonly users: readonly User[];
  readonly jobs: readonly OwnedJob[];
  readonly file: string;
  start(name: string): Promise<Competitor>;
  close(): Promise<void>;
};

/** Opens such a database. */
export async function openRestarts({ users: count }: Scale): Promise<Restarts> {
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

/** Ends a server and its generator. */
export async function end({ server, load }: Competitor): Promise<void> {
  await Promise.all([server.end(), load.end()]);
}

/** All users, who resume their feeds after their first event, and how many items that makes. */
export function resuming({ users, file }: Restarts): {
  readonly groups: readonly SocketGroup[];
  readonly results: number;
} {
  const { feedOf } = openSnapshot(file);
  const query = operations.jobEvents;
  return {
    groups: users.map((user) => groupOf({ user, query, variables: { after: cursorOf(user.name, 1) } })),
    // What each missed, and the item that says that it has all.
    results: users.reduce((sum, { name }) => sum + feedOf(name), 0),
  };
}
