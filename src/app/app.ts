import { join } from 'node:path';
import { createSchema } from '../../schema/index.ts';
import { createOpenBudget } from '../adapter/budget/local.ts';
import { openSharedClock } from '../adapter/clock/database.ts';
import { createSystemClock } from '../adapter/clock/system.ts';
import { createLog } from '../adapter/log/pino.ts';
import { createSandbox, type Sandbox } from '../adapter/provider/sandbox/sandbox.ts';
import {
  openSegmind,
  type Segmind,
  type SegmindOptions,
  segmindFileLifetimeMs,
} from '../adapter/provider/segmind/client.ts';
import { openStore } from '../adapter/store/open.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/job.ts';
import { testSignupCredits } from '../domain/ledger.ts';
import type { Pace } from '../domain/pace.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { bracketed, reachableHostOf } from '../lib/address.ts';
import { type CloseStack, createCloseStack } from '../lib/close-stack.ts';
import { projectRoot } from '../lib/package.ts';
import type { Budget, Log, Store } from '../ports.ts';
import { createEstimates } from '../read/estimates.ts';
import { createViews } from '../read/views.ts';
import { createWatch } from '../read/watch.ts';
import { openServer, type Server } from '../server/server.ts';
import { createPoller, type Poller } from '../worker/poller.ts';
import { recoverJobs } from '../worker/recovery.ts';
import type { ProviderRequestDeps } from '../worker/requests.ts';
import { nodeNameOf, openClusterLinks } from './cluster.ts';
import { createFaultInjectors, type FaultInjectors } from './fault-injectors.ts';
import { secretsOf } from './secrets.ts';

/** A gateway that serves. */
export type Installation = {
  /** Where clients reach it, without a trailing slash. */
  readonly url: string;
  /** Takes no more work, settles what is in flight, closes sockets and files; fulfils within 15 s. */
  close(reason: string): Promise<void>;
};

/** A start that failed ends soon, whatever hangs. */
const closeFailedWithinMs = 3000;

/** The sandbox is asked often: its jobs are short. */
const sandboxIntervalMs = 1000;

const sandboxWorkflow = '67c6b3b9f6cf2bb5a9b16b3e-v8';

/** Builds the whole gateway from its configuration and starts it. Where that fails, all that was opened is closed again before it rejects. */
export async function openInstallation(config: Config): Promise<Installation> {
  const opened = createCloseStack();
  try {
    return await openAll(config, opened);
  } catch (error) {
    await opened.closeWithin(closeFailedWithinMs);
    throw error;
  }
}

/** Opens store, recovery, server, then pollers, and puts on the stack how each is closed. */
async function openAll(config: Config, opened: CloseStack): Promise<Installation> {
  const systemClock = createSystemClock();
  const log = createLog(config.logLevel, secretsOf(config), nodeNameOf(config));
  const faultInjectors = createFaultInjectors(config.failpoint, () => void process.kill(process.pid, 'SIGKILL'));
  if (config.failpoint !== null)
    log.warn({ failpoint: config.failpoint }, 'This process will kill itself: a crash test.');
  const shared = config.redisUrl !== null;
  const warn = (sentence: string) => log.warn({}, sentence);
  const store = faultInjectors.store(
    await openStore(config.databaseUrl, { newId: systemClock.newId, exclusive: true, shared, warn }),
  );
  opened.push(() => store.close());
  const clock = await openSharedClock({ clock: systemClock, store, log });
  opened.push(() => clock.close());
  await recoverJobs({ store, clock, log, spreadMs: config.pollIntervalMs });

  const secret = await store.secret();
  const links = await openClusterLinks(config, { secret, clock, log });
  opened.push(() => links.close());
  const bell = faultInjectors.bell(links.bell);
  const views = createViews({ bell, clock, log });
  const watch = createWatch({ store, views, clock });
  const estimates = createEstimates({ store, clock });
  const settings = {
    priceCredits: config.priceCredits,
    signupCredits: { LIVE: config.liveSignupCredits, TEST: testSignupCredits },
    deadlineMs: config.jobDeadlineMs,
    jobsPerMinute: config.userJobsPerMinute,
    jobsInFlight: config.userJobsInFlight,
  };
  // The pollers, which ask the providers, can only begin once the server listens.
  const workers: WorkersByEnvironment = new Map();
  const health = async (environment: Environment) => (await workers.get(environment)?.provider.health()) ?? null;
  const gateway = createGateway({ store, bell, clock, watch, estimates, settings, health });
  let url = '';
  const sandbox = createSandbox({ secret, publicUrl: () => url, now: clock.now });
  const server = await openHttp(config, { gateway, sandbox, store, clock, log });
  url = server.url;
  opened.push(() => server.close());
  opened.push(() => views.close());
  // Sockets before views: a subscriber whose view ended would be told that its job is done, and would not come back.
  opened.push(() => server.closeSockets());

  const pollers = openPollers(
    config,
    { port: server.port, sandboxKey: sandbox.apiKey, workers },
    { store, bell, budget: links.budget, clock, estimates, log, faultInjectors },
  );
  opened.push(() => pollers.close());
  log.info({ url, environments: config.segmind === null ? ['TEST'] : ['TEST', 'LIVE'] }, 'Serving.');

  return {
    url,
    async close(reason) {
      log.info({ reason }, 'Stopping: settling what is in flight.');
      server.drain();
      await opened.closeAll();
      log.info({}, 'Stopped.');
    },
  };
}

type HttpDeps = {
  readonly gateway: Gateway;
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly clock: ProviderRequestDeps['clock'];
  readonly log: Log;
};

function openHttp(config: Config, { gateway, sandbox, store, clock, log }: HttpDeps): Promise<Server> {
  return openServer({
    host: config.host,
    port: config.port,
    publicUrl: (port) => config.publicUrl ?? `http://${bracketed(config.host)}:${port}`,
    identity:
      config.auth.kind === 'demo'
        ? { kind: 'demo', liveEnabled: config.segmind !== null }
        : { ...config.auth, liveEnabled: config.segmind !== null },
    credentials: store,
    allowedOrigins: config.allowedOrigins,
    trustedDocuments: config.trustedDocuments,
    requestsPerMinute: config.userRequestsPerMinute,
    socketsPerUser: config.userSockets,
    operationsPerSocket: config.socketSubscriptions,
    keepAliveMs: config.keepAliveMs,
    schema: createSchema(),
    gateway,
    clock,
    log,
    ready: () => store.ping(),
    dashboardFolder: join(projectRoot(), 'dashboard', 'dist'),
    sandbox: (request, response) => sandbox.handle(request, response),
  });
}

/** Who takes each environment's jobs to which provider. */
type WorkersByEnvironment = Map<Environment, { readonly poller: Poller; readonly provider: Segmind }>;

type PollerPlace = {
  readonly port: number;
  readonly sandboxKey: string;
  /** Where each environment's is put. */
  readonly workers: WorkersByEnvironment;
};

/** Starts a poller for the sandbox and, where the provider's key is set, one for LIVE. Closing them stops the polling first and then their clients. */
function openPollers(
  config: Config,
  { port, sandboxKey, workers }: PollerPlace,
  {
    faultInjectors,
    budget: liveBudget,
    ...deps
  }: Omit<ProviderRequestDeps, 'provider' | 'pace'> & { readonly faultInjectors: FaultInjectors },
): { close(): Promise<void> } {
  const { clock, log } = deps;
  const open = (environment: Environment, budget: Budget, pace: Pace, options: SegmindOptions) => {
    const provider = openSegmind(options);
    const poller = createPoller({ ...deps, environment, provider: faultInjectors.provider(provider), budget, pace });
    poller.start();
    workers.set(environment, { poller, provider });
  };

  const { segmind, jobDeadlineMs: deadlineMs, pollIntervalMs } = config;
  open(
    'TEST',
    createOpenBudget({ clock }),
    { intervalMs: sandboxIntervalMs, deadlineMs, resendLimit: 0 },
    {
      // The bound port, never PUBLIC_URL: the gateway asks itself.
      baseUrl: `http://${bracketed(reachableHostOf(config.host))}:${port}/sandbox`,
      workflow: sandboxWorkflow,
      apiKey: sandboxKey,
      auth: 'bearer',
      seedType: 'string',
      fileLifetimeMs: null,
      clock,
      log,
    },
  );
  if (segmind !== null) {
    const { resend5xx, ...options } = segmind;
    const pace = { intervalMs: pollIntervalMs, deadlineMs, resendLimit: resend5xx };
    open('LIVE', liveBudget, pace, { ...options, fileLifetimeMs: segmindFileLifetimeMs, clock, log });
  }
  return {
    async close() {
      const opened = [...workers.values()];
      await Promise.all(opened.map(({ poller }) => poller.stop()));
      await Promise.all(opened.map(({ provider }) => provider.close()));
    },
  };
}
