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
import type { Budget } from '../ports.ts';
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
import { shutDown } from './shutdown.ts';
import { videoSettingsOf } from './videos.ts';

/** A running gateway. */
export type Installation = {
  /** The URL that clients use, without a trailing slash. */
  readonly url: string;
  /** Waits SHUTDOWN_DELAY_SECONDS, claims no more work, waits for requests in flight, closes sockets and files; takes 15 s at most. */
  close(reason: string): Promise<void>;
};

/** A failed start ends within this time, even if a resource does not close. */
const closeFailedWithinMs = 3000;

/** Sandbox jobs are short, so they are polled often. */
const sandboxIntervalMs = 1000;

const sandboxWorkflow = '67c6b3b9f6cf2bb5a9b16b3e-v8';

/** Builds and starts the gateway. If that fails, it closes everything it opened before it rejects. */
export async function openInstallation(config: Config): Promise<Installation> {
  const opened = createCloseStack();
  try {
    return await openAll(config, opened);
  } catch (error) {
    await opened.closeWithin(closeFailedWithinMs);
    throw error;
  }
}

/** Opens the store, recovers jobs, opens the server, then the pollers, and pushes onto the stack how to close each. */
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
  const estimates = createEstimates({ store, clock });
  const keepsVideos = config.media.store.kind !== 'none';
  const core: Core = { store, bell, budget: links.budget, clock, estimates, keepsVideos, log };
  const views = createViews(core);
  const watch = createWatch({ store, views, clock });
  const settings = {
    priceCredits: config.priceCredits,
    signupCredits: { LIVE: config.liveSignupCredits, TEST: testSignupCredits },
    deadlineMs: config.jobDeadlineMs,
    jobsPerMinute: config.userJobsPerMinute,
    jobsInFlight: config.userJobsInFlight,
  };
  // The pollers start once the server listens: the sandbox is part of it.
  const workers: WorkersByEnvironment = new Map();
  const health = async (environment: Environment) => (await workers.get(environment)?.provider.health()) ?? null;
  let url = '';
  const videos = videoSettingsOf(config.media, { publicUrl: () => url, secret, now: clock.now });
  const gateway = createGateway({ ...core, watch, settings, videos, health });
  const { jobDeadlineMs: deadlineMs } = config;
  const sandbox = createSandbox({ secret, publicUrl: () => url, now: clock.now, deadlineMs });
  const server = await openHttp(config, core, { gateway, sandbox });
  url = server.url;
  opened.push(() => server.close());
  opened.push(() => views.close());
  // Sockets close before views: otherwise subscribers would get `complete`, as if their jobs had ended, and would not reconnect.
  opened.push(() => server.closeSockets());

  const sandboxUrl = `http://${bracketed(reachableHostOf(config.host))}:${server.port}/sandbox`;
  const place = { sandboxUrl, sandboxKey: sandbox.apiKey, workers, faultInjectors };
  const pollers = openPollers(config, core, place);
  opened.push(async () => void (await Promise.all([pollers.close(), server.finish()])));
  log.info({ url, environments: config.segmind === null ? ['TEST'] : ['TEST', 'LIVE'] }, 'Serving.');

  return {
    url,
    close: (reason) => shutDown({ config, server, opened, clock: systemClock, log }, reason),
  };
}

/** The parts that the gateway, the server and the pollers share. */
type Core = Omit<ProviderRequestDeps, 'environment' | 'provider' | 'pace'>;

function openHttp(
  config: Config,
  { store, bell, clock, log }: Core,
  { gateway, sandbox }: { readonly gateway: Gateway; readonly sandbox: Sandbox },
): Promise<Server> {
  return openServer({
    host: config.host,
    port: config.port,
    publicUrl: (port) => config.publicUrl ?? `http://${bracketed(config.host)}:${port}`,
    identity:
      config.auth.kind === 'demo'
        ? { kind: 'demo', liveEnabled: config.segmind !== null }
        : { ...config.auth, liveEnabled: config.segmind !== null },
    credentials: store,
    bell,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
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
    docsFolder: projectRoot(),
    sandbox: (request, response) => sandbox.handle(request, response),
  });
}

/** The poller of each environment and the provider that it uses. */
type WorkersByEnvironment = Map<Environment, { readonly poller: Poller; readonly provider: Segmind }>;

type PollerPlace = {
  /** At the bound port, never PUBLIC_URL: the gateway calls itself. */
  readonly sandboxUrl: string;
  readonly sandboxKey: string;
  /** `openPollers` adds each environment's worker here. */
  readonly workers: WorkersByEnvironment;
  readonly faultInjectors: FaultInjectors;
};

/** Starts a poller for the sandbox and, if a provider key is set, one for LIVE. `close` stops the pollers, then the provider clients. */
function openPollers(
  config: Config,
  core: Core,
  { sandboxUrl, sandboxKey, workers, faultInjectors }: PollerPlace,
): { close(): Promise<void> } {
  const { clock, log } = core;
  const open = (environment: Environment, budget: Budget, pace: Pace, options: SegmindOptions) => {
    const provider = openSegmind(options);
    const poller = createPoller({ ...core, environment, provider: faultInjectors.provider(provider), budget, pace });
    poller.start();
    workers.set(environment, { poller, provider });
  };

  const { segmind, jobDeadlineMs: deadlineMs, pollIntervalMs } = config;
  open(
    'TEST',
    createOpenBudget({ clock }),
    { intervalMs: sandboxIntervalMs, deadlineMs, resendLimit: 0 },
    {
      baseUrl: sandboxUrl,
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
    open('LIVE', core.budget, pace, { ...options, fileLifetimeMs: segmindFileLifetimeMs, clock, log });
  }
  return {
    async close() {
      const opened = [...workers.values()];
      await Promise.all(opened.map(({ poller }) => poller.stop()));
      await Promise.all(opened.map(({ provider }) => provider.close()));
    },
  };
}
