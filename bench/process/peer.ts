import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { progressOf } from '../../src/domain/progress.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { openSnapshot, openStorage, type Snapshot, type StoredJob } from './peer-rows.ts';
import { gauges, type JobChange, type OwnedJob, type PublicJob, type ServerCommands } from './server.ts';

/** The gateway's schema as text, which the peers serve, too. */
export const typeDefs = readFileSync(join(projectRoot(), 'schema', 'schema.graphql'), 'utf8');

type Payload = Record<string, unknown>;

/** A peer's own publish/subscribe, and the user that it authenticated. A payload is an object with the root field as its one member. */
export type PeerDeps<Context> = {
  readonly publish: (topic: string, payload: Payload) => void;
  readonly subscribe: (topic: string, context: Context) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;
  readonly userOf: (context: Context) => string;
};

type JobArgs = { readonly id: string };

type GenerateArgs = { readonly input: { readonly prompt: string } };

let jobs: OwnedJob[] = [];

let owners = new Map<string, string>();

const feeds = new Map<string, number>();

let snapshot: Snapshot | null = null;

let store: (owner: string, prompt: string) => StoredJob = () => {
  throw new Error('There is no storage yet');
};

/** The next row of a moving job: QUEUED and PROCESSING alternate. */
export function moved(owned: OwnedJob): OwnedJob {
  const { job } = owned;
  const status = job.status === 'QUEUED' ? 'PROCESSING' : 'QUEUED';
  return { ...owned, job: { ...job, version: job.version + 1, status } };
}

/** A job's progress by the gateway's own formula, as clients see it. */
export function shownProgress({ job, quantileSeconds }: OwnedJob) {
  const submittedAt = job.submittedAt === null ? null : Date.parse(job.submittedAt);
  const estimate = { quantileSeconds, sampleSize: 0 };
  const progress = progressOf({ estimate, submittedAt, finishedAt: null, completed: false }, Date.now());
  const { estimatedFinishAt: at } = progress;
  return { ...progress, estimatedFinishAt: at === null ? null : new Date(at).toISOString() };
}

/** The cursor of an item of a user's feed, as the gateway writes it. */
export function cursorOf(owner: string, feed: number): string {
  return Buffer.from(`feed:LIVE:${owner}:${feed}`).toString('base64url');
}

/** Some payloads, then those of a subscription; ends the subscription when it is ended itself. */
function startingWith(first: readonly Payload[], live: AsyncIterable<unknown>): AsyncIterableIterator<unknown> {
  const rest = live[Symbol.asyncIterator]();
  let sent = 0;
  const chained: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => chained,
    next: () => (sent < first.length ? Promise.resolve({ done: false, value: first[sent++] }) : rest.next()),
    return: () => rest.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
  return chained;
}

function readIn(): Snapshot {
  if (snapshot === null) throw new Error('There is no database yet');
  return snapshot;
}

/** A job as resolvers return it: progress is computed when it is selected. */
function resolvable(owned: OwnedJob) {
  return { ...owned.job, progress: () => shownProgress(owned) };
}

function feedLive(owner: string, feed: number): Payload {
  return { jobEvents: { __typename: 'FeedLive', cursor: cursorOf(owner, feed) } };
}

/** What a client missed after a cursor, and the item that says that the rest is live. */
function missedItems(owner: string, after: string | null | undefined): readonly Payload[] {
  if (after === null || after === undefined) return [feedLive(owner, feeds.get(owner) ?? 0)];
  const from = Number(Buffer.from(after, 'base64url').toString().split(':').at(-1));
  const events = readIn().missed(owner, from);
  const items = events.map(({ feed, ...event }) => ({
    jobEvents: { __typename: 'JobEvent', cursor: cursorOf(owner, feed), ...event },
  }));
  return [...items, feedLive(owner, events.at(-1)?.feed ?? from)];
}

/** Resolvers for the benchmark's operations, written as the peers' documentation teaches. */
export function resolversOf<Context>({ subscribe, userOf }: Omit<PeerDeps<Context>, 'publish'>) {
  return {
    Query: {
      job(_root: unknown, { id }: JobArgs, context: Context) {
        const owned = readIn().job(id, userOf(context));
        return owned === null ? null : resolvable(owned);
      },
      jobs(_root: unknown, { first }: { readonly first: number }, context: Context) {
        const page = readIn().jobs(userOf(context), first);
        return { nodes: page.jobs.map(resolvable), pageInfo: { hasNextPage: page.hasNextPage } };
      },
    },
    Mutation: {
      generateVideo: (_root: unknown, { input }: GenerateArgs, context: Context) => ({
        __typename: 'GenerateVideoSuccess',
        replayed: false,
        job: store(userOf(context), input.prompt),
      }),
    },
    Subscription: {
      jobUpdated: {
        async subscribe(_root: unknown, { id }: JobArgs, context: Context) {
          const owner = userOf(context);
          if (owners.get(id) !== owner) throw new Error('There is no such job.');
          const live = await subscribe(`job:${id}`, context);
          const owned = readIn().job(id, owner);
          return startingWith(owned === null ? [] : [{ jobUpdated: resolvable(owned) }], live);
        },
      },
      jobEvents: {
        async subscribe(_root: unknown, { after }: { readonly after?: string | null }, context: Context) {
          const owner = userOf(context);
          const live = await subscribe(`events:${owner}`, context);
          return startingWith(missedItems(owner, after), live);
        },
      },
    },
  };
}

/** The commands of a peer that listens on a port. */
export function peerCommands(port: number, publish: PeerDeps<never>['publish']): ServerCommands {
  return {
    ...gauges,
    port: () => port,
    async jobs({ given }) {
      jobs = [...given];
      owners = new Map(jobs.map(({ owner, job }) => [job.id, owner]));
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
      for (const owned of places.flatMap((place) => jobs[place] ?? [])) {
        if (kind === 'polled') publish(`job:${owned.job.id}`, { jobUpdated: resolvable(owned) });
        else publish(`events:${owned.owner}`, { jobEvents: { __typename: 'JobEvent', ...nextEvent(owned) } });
      }
    },
    database(file) {
      snapshot = openSnapshot(file);
      for (const owner of new Set(owners.values())) feeds.set(owner, snapshot.feedOf(owner));
    },
    storage(file) {
      store = openStorage(file);
    },
  };
}

/** The next event of a user's feed: a job's newest state. */
export function nextEvent({ owner, job }: OwnedJob): {
  cursor: string;
  version: number;
  status: string;
  job: PublicJob;
} {
  const feed = (feeds.get(owner) ?? 0) + 1;
  feeds.set(owner, feed);
  return { cursor: cursorOf(owner, feed), version: job.version, status: job.status, job };
}
