import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/lib/package.ts';
import { openSnapshot, openStorage, type StoredJob } from './peer-rows.ts';
import { gauges, type JobChange, type PublicJob, type ServerCommands } from './server.ts';

/** The gateway's schema as text, which the peers serve, too. */
export const typeDefs = readFileSync(join(projectRoot(), 'schema', 'schema.graphql'), 'utf8');

/** A peer's own publish/subscribe: a topic's payloads, each an object with the root field as its one member. */
export type Topics<Context> = {
  readonly publish: (topic: string, payload: Record<string, unknown>) => void;
  readonly subscribe: (topic: string, context: Context) => unknown;
};

type JobArgs = { readonly id: string };

type GenerateArgs = { readonly input: { readonly prompt: string } };

let jobs: PublicJob[] = [];

let read: (id: string) => PublicJob | null = () => null;

let store: (prompt: string) => StoredJob = () => {
  throw new Error('There is no storage yet');
};

/** The next row of a moving job: QUEUED and PROCESSING alternate. */
export function moved(job: PublicJob): PublicJob {
  return { ...job, version: job.version + 1, status: job.status === 'QUEUED' ? 'PROCESSING' : 'QUEUED' };
}

/** Resolvers for the benchmark's operations, written as the peers' documentation teaches. */
export function resolversOf<Context>({ subscribe }: Topics<Context>) {
  return {
    Query: { job: (_root: unknown, { id }: JobArgs) => read(id) },
    Mutation: {
      generateVideo: (_root: unknown, { input }: GenerateArgs) => ({
        __typename: 'GenerateVideoSuccess',
        replayed: false,
        job: store(input.prompt),
      }),
    },
    Subscription: {
      jobUpdated: {
        subscribe: (_root: unknown, { id }: JobArgs, context: Context) => subscribe(`job:${id}`, context),
      },
      jobEvents: { subscribe: (_root: unknown, _args: unknown, context: Context) => subscribe('events', context) },
    },
  };
}

/** The commands of a peer that listens on a port. */
export function peerCommands(port: number, publish: Topics<never>['publish']): ServerCommands {
  return {
    ...gauges,
    port: () => port,
    async jobs({ given }) {
      jobs = [...given];
      return jobs;
    },
    async prepare({ kind, jobs: places }: JobChange) {
      if (kind === 'polled') return;
      for (const place of places) {
        const job = jobs[place];
        if (job !== undefined) jobs[place] = moved(job);
      }
    },
    publish({ kind, jobs: places }: JobChange) {
      for (const job of places.flatMap((place) => jobs[place] ?? [])) {
        if (kind === 'polled') publish(`job:${job.id}`, { jobUpdated: job });
        else {
          const { version, status } = job;
          publish('events', { jobEvents: { __typename: 'JobEvent', version, status, job } });
        }
      }
    },
    database(file) {
      read = openSnapshot(file);
    },
    storage(file) {
      store = openStorage(file);
    },
  };
}
