import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/lib/package.ts';
import { openSnapshot, openStorage, type StoredJob } from './peer-rows.ts';
import { gauges, type Happening, type PublicJob, type ServerVerbs } from './server.ts';

/** The schema that the gateway serves, as text: peers serve it, too. */
export const typeDefs = readFileSync(join(projectRoot(), 'schema', 'schema.graphql'), 'utf8');

/** How a peer's own way of subscribing is reached: a topic's payloads, each with the root field as its one member. */
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

/** What a job becomes that moves: QUEUED and PROCESSING in turn. */
export function moved(job: PublicJob): PublicJob {
  return { ...job, version: job.version + 1, status: job.status === 'QUEUED' ? 'PROCESSING' : 'QUEUED' };
}

/** Resolvers for what the benchmark asks, in the way that the peers' documents teach. */
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

/** The verbs of a peer that listens on a port. */
export function peerVerbs(port: number, publish: Topics<never>['publish']): ServerVerbs {
  return {
    ...gauges,
    port: () => port,
    async jobs({ given }) {
      jobs = [...given];
      return jobs;
    },
    async prepare({ kind, jobs: places }: Happening) {
      if (kind === 'polled') return;
      for (const place of places) {
        const job = jobs[place];
        if (job !== undefined) jobs[place] = moved(job);
      }
    },
    tell({ kind, jobs: places }: Happening) {
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
