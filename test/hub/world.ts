import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import type { Environment, Job, LifeEvent } from '../../src/domain/job.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import type { VideoSettings } from '../../src/gateway/video.ts';
import { accountTopic, type Bell, type Clock, jobTopic, type Store } from '../../src/ports.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch } from '../../src/read/watch.ts';
import { openServer, type ServerOptions } from '../../src/server/server.ts';
import { openConnection, type RawSocket, subscribeMessage } from '../protocol/raw-socket.ts';
import { silent } from '../server/signing.ts';
import { secret, tokenOf } from '../server/world.ts';
import { admit, changeOf } from '../store/contract/world.ts';
import { openInMemory } from '../store/sqlite-world.ts';
import { createManualClock, type ManualClock } from '../world/clock.ts';
import type { Loose } from '../world/gateway.ts';
import { testVideos } from '../world/videos.ts';

/** A gateway of real parts in this process. The test does by hand what the provider and worker would do. */
export type World = {
  readonly url: string;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly bell: Bell;
  /** How often each function of the gateway has been called, and each read of the store on behalf of watchers. */
  readonly calls: Map<string, number>;
  /** How many listeners the bell has. */
  readonly listening: () => number;
  /** Stores a job of a user. */
  job(owner?: string, environment?: Environment, prompt?: string): Promise<Job>;
  /** Lets something happen to a job; rings by default. */
  happen(job: Job, event: LifeEvent, ring?: boolean): Promise<Job>;
  /** An acknowledged socket of a user; closed when the test has finished. */
  connect(userId?: string, claims?: Record<string, unknown>): Promise<RawSocket>;
};

/** What a test can replace: the server or its settings, the clock's time of day, and the store that the gateway uses. */
type WorldOptions = Partial<ServerOptions> & {
  readonly open?: (options: ServerOptions) => Promise<{ readonly url: string; close(): Promise<void> }>;
  readonly now?: () => number;
  readonly wrapStore?: (store: Store) => Store;
  readonly videos?: VideoSettings;
};

/** Opens a gateway for the calling test. Each user has a token; both environments exist. */
export async function openWorld({
  open = openServer,
  now,
  wrapStore = (store) => store,
  videos = testVideos,
  ...options
}: WorldOptions = {}): Promise<World> {
  const manual = createManualClock();
  const clock: Clock = { ...manual, now: now ?? manual.now };
  const { store } = await openInMemory();
  const calls = new Map<string, number>();
  const listeners = new Set<object>();
  const localBell = createLocalBell();
  const bell = countListeners(localBell, listeners);
  const views = createViews({ bell, clock, log: silent });
  const counted = countCalls(wrapStore(store), calls, 'store');
  const watch = createWatch({ store: counted, views, clock });
  const estimates = createEstimates({ store, clock });
  const parts = { store: wrapStore(store), bell, clock, watch, estimates, settings };
  const gateway = createGateway({ ...parts, videos });
  const server = await open({
    host: '127.0.0.1',
    port: 0,
    publicUrl: (port) => `http://127.0.0.1:${port}`,
    identity: { kind: 'secret', secret, issuer: null, audience: null, liveEnabled: true },
    credentials: store,
    bell: localBell,
    allowedOrigins: [],
    requestsPerMinute: 1_000_000,
    socketsPerUser: 100,
    operationsPerSocket: 200,
    schema: createSchema(),
    gateway: countCalls<Gateway>(gateway, calls, 'gateway'),
    clock,
    log: silent,
    ready: () => Promise.resolve(),
    sandbox: async (_, response) => void response.end(),
    ...options,
  });
  onTestFinished(async () => {
    const closing = server.close();
    // A client may keep a connection open: the server closes it after a second of its clock, which only this moves.
    await manual.advance(2000);
    await closing;
    views.close();
  });

  let jobs = 0;
  return {
    url: server.url,
    clock: manual,
    store,
    bell,
    calls,
    listening: () => listeners.size,
    async job(owner = 'ada', environment = 'TEST', prompt = 'Two people') {
      const input = { prompt, aspectRatio: 'SQUARE_1_1', seed: 7, externalId: null } as const;
      const limits = { perMinute: 100_000, inFlight: 100_000 };
      jobs += 1;
      const id = `01900000-0000-7000-8000-${jobs.toString(16).padStart(12, '0')}`;
      const { job, account } = await admit(store, {
        id,
        videoId: id.replaceAll('-', ''),
        account: { owner, environment },
        input,
        limits,
        priceCredits: 1,
        createdAt: clock.now(),
      });
      bell.ring([accountTopic(account.id)]);
      return job;
    },
    async happen(job, event, ring = true) {
      const change = changeOf(job, event, clock.now());
      if (!(await store.commit(change, clock.now()))) throw new Error('The job was not as the test thinks.');
      if (ring) bell.ring(change.moved ? [jobTopic(job.id), accountTopic(job.accountId)] : [jobTopic(job.id)]);
      // Watchers have seen it before anything else happens.
      await setImmediate();
      return change.to;
    },
    async connect(userId = 'ada', claims = {}) {
      const token = await tokenOf({ sub: userId, env: 'test', ...claims }, '2027-01-01T00:00:00Z');
      const socket = await openConnection(server, token);
      onTestFinished(() => socket.close());
      return socket;
    },
  };
}

const settings = {
  priceCredits: 1,
  signupCredits: { LIVE: 1000, TEST: 1000 },
  deadlineMs: 1_200_000,
  jobsPerMinute: 100_000,
  jobsInFlight: 100_000,
};

const quietTurns = 4;

/** All frames that a socket is due: pings until several in a row bring nothing, because each read of a job takes a turn. */
export async function framesOf(socket: RawSocket): Promise<readonly Loose[]> {
  const frames: Loose[] = [];
  for (let quiet = 0; quiet < quietTurns; quiet += 1) {
    const more = await socket.settle();
    if (more.length > 0) quiet = 0;
    frames.push(...more);
  }
  return frames;
}

/** The contents of frames with one id: of results what `read` returns for the root field, of others their types. */
export function toldOf(frames: readonly Loose[], id: string, read: (field: Loose) => unknown): readonly unknown[] {
  return frames
    .filter((frame) => frame.id === id)
    .map(({ type, payload }) => (type === 'next' ? read(Object.values(payload.data)[0]) : type));
}

/** A job's global id. */
export function idOf(job: Job): string {
  return Buffer.from(`Job:${job.id}`).toString('base64url');
}

function countListeners(bell: Bell, listeners: Set<object>): Bell {
  return {
    ...bell,
    listen(topic, wake) {
      const listener = {};
      listeners.add(listener);
      const stop = bell.listen(topic, wake);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
  };
}

/** The same thing, with every call of its members counted under `name.member`. */
function countCalls<Thing extends object>(thing: Thing, calls: Map<string, number>, name: string): Thing {
  return new Proxy(thing, {
    get(target, member: string & keyof Thing) {
      const value = target[member];
      if (typeof value !== 'function') return value;
      return (...inputs: unknown[]) => {
        const key = `${name}.${member}`;
        calls.set(key, (calls.get(key) ?? 0) + 1);
        return value.apply(target, inputs);
      };
    },
  });
}

/** A subscription to a job. */
export const watchJob =
  'subscription Watch($id: ID!) { jobUpdated(id: $id) { status version progress { elapsedSeconds } video { url } } }';

/** Subscribes a socket to a job under an id. */
export function watch(socket: RawSocket, job: Job, id = 'w', query = watchJob): void {
  socket.send(subscribeMessage(id, query, { id: idOf(job) }));
}

/** The versions received under an id since the last call, and the types of all other frames. */
export async function versionsOf(socket: RawSocket, id = 'w'): Promise<readonly unknown[]> {
  return toldOf(await framesOf(socket), id, ({ version }) => version);
}
