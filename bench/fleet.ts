import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, openChild } from './child.ts';
import type { HttpLoad } from './process/load-http.ts';
import type { SocketLoad } from './process/load-sockets.ts';
import type { PublicJob, ServerCommands } from './process/server.ts';

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

/** All servers, running side by side with the same jobs. */
export interface Fleet {
  readonly folder: string;
  readonly http: Child<HttpLoad>;
  readonly jobs: readonly PublicJob[];
  competitor(name: string): Competitor;
  close(): Promise<void>;
}

/** Starts one server and its generator. */
export async function openCompetitor(name: string, program: string, ...argv: readonly string[]): Promise<Competitor> {
  const server = await openChild<ServerCommands>(program, ...argv);
  const load = await openChild<SocketLoad>('load-sockets');
  return { name, server, load, port: await server.ask('port') };
}

/** Starts all servers and gives each the same jobs, created by the gateway. */
export async function openFleet(jobCount: number): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
  const database = join(folder, 'gateway.db');
  const competitors = new Map<string, Competitor>();
  const open = async (name: string, program: string, ...argv: readonly string[]) => {
    const competitor = await openCompetitor(name, program, ...argv);
    competitors.set(name, competitor);
    return competitor;
  };

  const gateway = await open('reelgate', 'server-reelgate', database);
  const jobs = await gateway.server.ask('jobs', { count: jobCount, given: [] });
  for (const name of serverNames.slice(1)) {
    const { server } = await open(name, `server-${name}`);
    await server.ask('jobs', { count: jobCount, given: jobs });
    await server.ask('database', database);
    await server.ask('storage', join(folder, `${name}.db`));
  }
  const http = await openChild<HttpLoad>('load-http');

  return {
    folder,
    http,
    jobs,
    competitor(name) {
      const found = competitors.get(name);
      if (found === undefined) throw new Error(`There is no competitor ${name}`);
      return found;
    },
    async close() {
      for (const { server, load } of competitors.values()) await Promise.all([server.end(), load.end()]);
      await http.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
