// The gateway, built from the same parts as in installation.ts. Only the provider is in this process, and accepts everything at once.
// Arguments: how tokens are checked (JSON, or a kind of credential; demo: none), the database's file, and `default` for the limits of an
// installation without settings (else none applies).

import { createSchema } from '../../schema/index.ts';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createOpenBudget } from '../../src/adapter/budget/local.ts';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createVideoLinks } from '../../src/credential/video-link.ts';
import type { Job } from '../../src/domain/job.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { accountTopic, jobTopic, type Provider } from '../../src/ports.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch } from '../../src/read/watch.ts';
import { openServer } from '../../src/server/server.ts';
import { createPoller } from '../../src/worker/poller.ts';
import { serveCommands } from './commands.ts';
import { openCredential } from './credential.ts';
import { type CastMember, gauges, type OwnedJob, type PublicJob, type ReelgateCommands } from './server.ts';
import { account, createStoredJobs, log, unlimited } from './stored-jobs.ts';
import { openVideoFolder, storeVideo } from './stored-video.ts';

const [credentialText = 'demo', file = '', limits = 'none'] = process.argv.slice(2);

const isLimited = limits === 'default';

const clock = createSystemClock();

// No job is polled during the benchmark: only the benchmark changes jobs.
const pace = { intervalMs: 3_000_000, deadlineMs: 3_300_000, resendLimit: 0 };

const store = openSqliteStore({ file, newId: clock.newId, exclusive: true });

const bell = createLocalBell();

// The sweep is off: it would send prepared changes before they are published.
const views = createViews({ bell, clock: { ...clock, after: () => () => undefined }, log });

const watch = createWatch({ store, views, clock });

const estimates = createEstimates({ store, clock });

const provider: Provider = {
  submit: (job, mayBegin) =>
    Promise.resolve(
      mayBegin() ? { ...acceptedAs(job.id), poll: { type: 'seen', status: 'QUEUED' } } : { type: 'withheld' },
    ),
  poll: () => Promise.resolve({ event: { type: 'seen', status: null }, retryAt: null }),
};

const budget = createOpenBudget({ clock });

const poller = createPoller({
  environment: 'LIVE',
  store,
  provider,
  bell,
  budget,
  clock,
  estimates,
  pace,
  keepsVideos: false,
  log,
});

const gateway = createGateway({
  store,
  bell,
  clock,
  watch,
  estimates,
  videos: {
    links: createVideoLinks({ publicUrl: () => 'http://127.0.0.1', signing: null }),
    keepsVideos: true,
    retentionMs: null,
  },
  settings: {
    priceCredits: 1,
    signupCredits: { LIVE: unlimited, TEST: unlimited },
    deadlineMs: pace.deadlineMs,
    jobsPerMinute: isLimited ? 60 : unlimited,
    jobsInFlight: isLimited ? 50 : unlimited,
  },
});

const credential = await openCredential(credentialText, store, clock);

const blobs = await openVideoFolder(`${file}-videos`);

const server = await openServer({
  host: '127.0.0.1',
  port: 0,
  publicUrl: (port) => `http://127.0.0.1:${port}`,
  identity: credential.identity,
  credentials: store,
  bell,
  allowedOrigins: [],
  requestsPerMinute: isLimited ? 3000 : unlimited,
  socketsPerUser: isLimited ? 20 : unlimited,
  operationsPerSocket: isLimited ? 100 : unlimited,
  schema: createSchema(),
  gateway,
  clock,
  log,
  ready: () => store.ping(),
  videoFiles: {
    blobs,
    sources: () => {
      throw new Error('All videos are stored');
    },
    redirects: false,
    bell,
  },
  sandbox: () => Promise.reject(new Error('There is no sandbox')),
});

poller.start();

/** Stores a user's jobs. */
async function makeJobs({ owner, jobs: count }: CastMember): Promise<readonly Job[]> {
  await store.arrive({ ...account, owner }, unlimited, clock.now());
  const making = Array.from({ length: count }, (_, place) =>
    stored.make(place, (id) => acceptedAs(id).pollUrl, 60_000, owner),
  );
  return Promise.all(making);
}

/** Reads jobs that the database has already, in the order in which they are given. */
async function findJobs(given: readonly OwnedJob[]): Promise<Job[]> {
  const ids = given.map(({ job }) => Buffer.from(job.id, 'base64url').toString().replace('Job:', ''));
  const found = new Map((await store.findJobs(ids)).map((job) => [job.id, job]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

function acceptedAs(id: string) {
  return { type: 'accepted', requestId: id, pollUrl: `http://127.0.0.1/${id}` } as const;
}

let jobs: Job[] = [];

const stored = createStoredJobs(store, clock, pace);

function publicJobOf(job: Job): PublicJob {
  return {
    id: Buffer.from(`Job:${job.id}`).toString('base64url'),
    status: job.state,
    version: job.version,
    environment: job.environment,
    prompt: job.prompt,
    aspectRatio: job.aspectRatio,
    seed: job.seed,
    charge: { state: 'HELD', credits: job.priceCredits },
    createdAt: new Date(job.createdAt).toISOString(),
    submittedAt: job.submittedAt === null ? null : new Date(job.submittedAt).toISOString(),
  };
}

const commands: ReelgateCommands = {
  ...gauges,
  port: () => server.port,
  authorization: () => credential.authorization,
  async jobs({ cast, given }) {
    jobs = given.length === 0 ? (await Promise.all(cast.map(makeJobs))).flat() : await findJobs(given);
    return jobs.map((job) => ({
      owner: job.owner,
      job: publicJobOf(job),
      quantileSeconds: job.estimate.quantileSeconds,
    }));
  },
  video: async (byteSize) =>
    storeVideo({ store, blobs, clock, pace }, await stored.make(0, (id) => acceptedAs(id).pollUrl, 60_000), byteSize),
  async prepare({ kind, jobs: places }) {
    const events = places.map(async (place) => {
      const job = jobs[place];
      if (job === undefined) return;
      if (kind === 'polled') {
        // The row stays the same after a poll, as it does for the poller: nothing stores what a poll found.
        await stored.apply(job, { type: 'seen', status: null });
        return;
      }
      const status = job.state === 'QUEUED' ? 'PROCESSING' : 'QUEUED';
      jobs[place] = await stored.apply(job, { type: 'seen', status });
    });
    await Promise.all(events);
  },
  publish({ kind, jobs: places }) {
    for (const job of places.flatMap((place) => jobs[place] ?? []))
      bell.ring(kind === 'polled' ? [jobTopic(job.id)] : [jobTopic(job.id), accountTopic(job.accountId)]);
  },
  database: () => undefined,
  storage: () => undefined,
};

serveCommands(commands);
