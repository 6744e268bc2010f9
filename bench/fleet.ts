import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, openChild } from './child.ts';
import { type Issuer, openIssuer } from './issuer.ts';
import type { Algorithm } from './process/auth.ts';
import type { HttpLoad } from './process/load-http.ts';
import type { SocketLoad } from './process/load-sockets.ts';
import type { CastMember, OwnedJob, ServerCommands } from './process/server.ts';

/** The competitors. `raw` is the limit: a server that does nothing but this. */
export const serverNames = ['reelgate', 'raw', 'yoga', 'mercurius', 'apollo'] as const;

/** The alternatives that a team has. */
export const peerNames: readonly ServerName[] = ['yoga', 'mercurius', 'apollo'];

export type ServerName = (typeof serverNames)[number];

/** A server and the generator of its sockets, each in its own process. */
export type Competitor = {
  readonly name: string;
  readonly server: Child<ServerCommands>;
  readonly load: Child<SocketLoad>;
  readonly port: number;
};

/** A user, their token, and the places of their jobs in the fleet's list. */
export type User = {
  readonly name: string;
  readonly token: string;
  readonly places: readonly number[];
};

/** All servers, running side by side with the same users and jobs. */
export interface Fleet {
  readonly folder: string;
  readonly http: Child<HttpLoad>;
  readonly jobs: readonly OwnedJob[];
  readonly users: readonly User[];
  /** What a new server needs to be one more of them. */
  readonly issuer: Issuer;
  competitor(name: string): Competitor;
  add(competitor: Competitor): void;
  close(): Promise<void>;
}

/** Whom a fleet serves, how tokens are signed, and whether the gateway has the limits of an installation without settings. */
export type FleetSettings = {
  readonly algorithm: Algorithm;
  readonly cast: readonly CastMember[];
  readonly limits: 'default' | 'none';
  /** Which servers beside the gateway; all by default. */
  readonly names?: readonly ServerName[];
};

/** Starts one server and its generator. */
export async function openCompetitor(name: string, program: string, ...argv: readonly string[]): Promise<Competitor> {
  return withLoad(name, await openChild<ServerCommands>(program, ...argv));
}

/** A server with a new generator. */
export async function withLoad(name: string, server: Child<ServerCommands>): Promise<Competitor> {
  const load = await openChild<SocketLoad>('load-sockets');
  return { name, server, load, port: await server.ask('port') };
}

/** Starts all servers and gives each the same jobs, created by the gateway. */
export async function openFleet({ algorithm, cast, limits, names = serverNames }: FleetSettings): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
  const issuer = await openIssuer(algorithm);
  const auth = JSON.stringify(issuer.auth);
  const database = join(folder, 'gateway.db');
  const competitors = new Map<string, Competitor>();
  const open = async (name: string, ...argv: readonly string[]) => {
    const competitor = await openCompetitor(name, `server-${name}`, auth, ...argv);
    competitors.set(name, competitor);
    return competitor;
  };

  const gateway = await open('reelgate', database, limits);
  const jobs = await gateway.server.ask('jobs', { cast, given: [] });
  for (const name of names.slice(1)) {
    const { server } = await open(name);
    await server.ask('jobs', { cast, given: jobs });
    await server.ask('database', database);
    await server.ask('storage', join(folder, `${name}.db`));
  }
  const http = await openChild<HttpLoad>('load-http');

  return {
    folder,
    http,
    jobs,
    issuer,
    users: await usersOf(issuer, cast),
    competitor(name) {
      const found = competitors.get(name);
      if (found === undefined) throw new Error(`There is no competitor ${name}`);
      return found;
    },
    add: (competitor) => void competitors.set(competitor.name, competitor),
    async close() {
      for (const { server, load } of competitors.values()) await Promise.all([server.end(), load.end()]);
      await http.end();
      issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The users of a cast, each with a token. */
export async function usersOf(issuer: Issuer, cast: readonly CastMember[]): Promise<readonly User[]> {
  let place = 0;
  const users: User[] = [];
  for (const { owner, jobs } of cast) {
    const places = Array.from({ length: jobs }, (_, job) => place + job);
    users.push({ name: owner, token: await issuer.tokenOf(owner), places });
    place += jobs;
  }
  return users;
}
