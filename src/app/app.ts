import { join } from 'node:path';
import { createSchema } from '../../schema/index.ts';
import { openSharedClock } from '../adapter/clock/database.ts';
import { createSystemClock } from '../adapter/clock/system.ts';
import { createLog } from '../adapter/log/pino.ts';
import { createSandbox, type Sandbox } from '../adapter/provider/sandbox/sandbox.ts';
import { openStore } from '../adapter/store/open.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/job.ts';
import { testSignupCredits } from '../domain/ledger.ts';
import { createGateway } from '../gateway/gateway.ts';
import { bracketed, reachableHostOf } from '../lib/address.ts';
import { type CloseStack, createCloseStack } from '../lib/close-stack.ts';
import { projectRoot } from '../lib/package.ts';
import type { Metrics } from '../metrics-ports.ts';
import type { Store } from '../ports.ts';
import { createEstimates } from '../read/estimates.ts';
import { createViews } from '../read/views.ts';
import { createWatch } from '../read/watch.ts';
import { openServer, type Server, type ServerOptions } from '../server/server.ts';
import { recoverJobs } from '../worker/recovery.ts';
import { nodeNameOf, openClusterLinks } from './cluster.ts';
import { createFaultInjectors } from './fault-injectors.ts';
import { type Media, openMedia } from './media.ts';
import { listenForScrapes, noMetrics, openMetrics } from './metrics.ts';
import { openOutbound } from './outbound.ts';
import { type Core, openPollers, type WorkersByEnvironment } from './pollers.ts';
import { secretsOf } from './secrets.ts';
import { shutDown } from './shutdown.ts';
import { mediaOriginsOf, videoSettingsOf } from './videos.ts';

/** A running gateway. */
export type Installation = {
  /** The URL that clients use, without a trailing slash. */
  readonly url: string;
  /** Waits SHUTDOWN_DELAY_SECONDS, claims no more work, waits for requests in flight, closes sockets and files; takes 15 s at most. */
  close(reason: string): Promise<void>;
};

/** How long a start waits for the process that serves the database: a little longer than a stop takes. */
const lockWaitMs = 20_000;

/** A failed start ends within this time, even if a resource does not close. */
const closeFailedWithinMs = 3000;

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
  const metrics = openMetrics(config.metrics, systemClock);
  const store = metrics.store(faultInjectors.store(await openStoreOf(config, { clock: systemClock, log })));
  opened.push(() => store.close());
  const clock = await openSharedClock({ clock: systemClock, store, log });
  opened.push(() => clock.close());
  await recoverJobs({ store, clock, log, spreadMs: config.pollIntervalMs });

  const secret = await store.secret();
  const incarnation = await store.incarnation();
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
  const restored = incarnation === null ? {} : { incarnation };
  const gateway = createGateway({ ...core, ...restored, watch, settings, videos, health });
  const media = await openMedia(config, { store, bell, clock, log, faultInjectors });
  opened.push(() => media.close());
  const { jobDeadlineMs: deadlineMs } = config;
  const sandbox = createSandbox({ secret, publicUrl: () => url, now: clock.now, deadlineMs });
  const outbound = openOutbound(config, log);
  opened.push(() => outbound.close());
  const server = await openHttp(config, core, { gateway, sandbox, media, metrics, httpGet: outbound.httpGet });
  url = server.url;
  opened.push(() => server.close());
  opened.push(() => views.close());
  // Sockets close before views: otherwise subscribers would get `complete`, as if their jobs had ended, and would not reconnect.
  opened.push(() => server.closeSockets());

  const sandboxUrl = `http://${bracketed(reachableHostOf(config.host))}:${server.port}/sandbox`;
  const scrapes = await listenForScrapes(metrics, config.metrics.port, core);
  opened.push(() => scrapes.close());
  const place = { sandboxUrl, sandboxKey: sandbox.apiKey, workers, faultInjectors, metrics };
  const pollers = openPollers(config, core, place);
  media.start(sandboxUrl);
  opened.push(async () => void (await Promise.all([pollers.close(), media.stop(), server.finish()])));
  log.info({ url, environments: config.segmind === null ? ['TEST'] : ['TEST', 'LIVE'] }, 'Serving.');

  return {
    url,
    close: (reason) => shutDown({ config, server, opened, clock: systemClock, log }, reason),
  };
}

function openStoreOf({ databaseUrl, redisUrl }: Config, { clock, log }: Pick<Core, 'clock' | 'log'>): Promise<Store> {
  return openStore(databaseUrl, {
    newId: clock.newId,
    exclusive: true,
    shared: redisUrl !== null,
    warn: (sentence) => log.warn({}, sentence),
    waitMs: lockWaitMs,
  });
}
type ServedParts = Pick<ServerOptions, 'gateway' | 'httpGet'> & {
  readonly sandbox: Sandbox;
  readonly media: Media;
  readonly metrics: Metrics;
};

function openHttp(
  config: Config,
  { store, bell, clock, log }: Core,
  { gateway, sandbox, media, metrics, httpGet }: ServedParts,
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
    ...(httpGet === undefined ? {} : { httpGet }),
    bell,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    trustedDocuments: config.trustedDocuments,
    requestsPerMinute: config.userRequestsPerMinute,
    anonymousRequestsPerMinute: config.anonymousRequestsPerMinute,
    socketsPerUser: config.userSockets,
    operationsPerSocket: config.socketSubscriptions,
    keepAliveMs: config.keepAliveMs,
    schema: createSchema(),
    gateway,
    clock,
    log,
    ready: () => store.ping(),
    ...(metrics === noMetrics ? {} : { metrics: { recorder: metrics, token: config.metrics.token } }),
    dashboardFolder: join(projectRoot(), 'dashboard', 'dist'),
    mediaOrigins: mediaOriginsOf(config.media),
    docsFolder: projectRoot(),
    videoFiles: { ...media, redirects: config.media.redirect, bell },
    sandbox: (request, response) => sandbox.handle(request, response),
  });
}
