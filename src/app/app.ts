import { createSystemClock } from '../adapter/clock/system.ts';
import { createLog } from '../adapter/log/pino.ts';
import { createSandbox } from '../adapter/provider/sandbox/sandbox.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/job.ts';
import { testSignupCredits } from '../domain/ledger.ts';
import type { GatewaySettings } from '../gateway/admission.ts';
import { createGateway } from '../gateway/gateway.ts';
import { bracketed, reachableHostOf } from '../lib/address.ts';
import { type CloseStack, createCloseStack } from '../lib/close-stack.ts';
import type { Store } from '../ports.ts';
import { createEstimates } from '../read/estimates.ts';
import { createViews } from '../read/views.ts';
import { createWatch } from '../read/watch.ts';
import { createLimitReport } from '../server/auth/limit-report.ts';
import { nodeNameOf, openClusterLinks } from './cluster.ts';
import { openDatabase } from './database.ts';
import { createFaultInjectors } from './fault-injectors.ts';
import { openHttp } from './http.ts';
import { openMedia } from './media.ts';
import { listenForScrapes, openMetrics } from './metrics.ts';
import { openOutbound } from './outbound.ts';
import { type Core, openPollers, type WorkersByEnvironment } from './pollers.ts';
import { secretsOf } from './secrets.ts';
import { shutDown } from './shutdown.ts';
import { openWebhooks } from './webhooks.ts';

/** A running gateway. */
export type Installation = {
  /** The URL that clients use, without a trailing slash. */
  readonly url: string;
  /** Waits SHUTDOWN_DELAY_SECONDS, claims no more work, waits for requests in flight, closes sockets and files; takes 15 s at most. */
  close(reason: string): Promise<void>;
};

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
  let url = config.publicUrl ?? `http://${bracketed(config.host)}:${config.port}`;
  const wrap = (store: Store) => metrics.store(faultInjectors.store(store));
  const { store, clock, secret, videos, restored } = await openDatabase(config, {
    systemClock,
    log,
    opened,
    wrap,
    publicUrl: () => url,
  });
  const links = await openClusterLinks(config, { secret, clock, log });
  opened.push(() => links.close());
  const bell = faultInjectors.bell(links.bell);
  const estimates = createEstimates({ store, clock });
  const keepsVideos = config.media.store.kind !== 'none';
  const core: Core = { store, bell, budget: links.budget, clock, estimates, keepsVideos, log };
  const views = createViews(core);
  const watch = createWatch({ store, views, clock });
  // The pollers start once the server listens: the sandbox is part of it.
  const workers: WorkersByEnvironment = new Map();
  const health = async (environment: Environment) => (await workers.get(environment)?.provider.health()) ?? null;
  const webhooks = openWebhooks(config, { store, bell, clock, log, secret, faultInjectors });
  const limits = createLimitReport({ log, clock: systemClock, noted: metrics.limitHit });
  const shown = { watch, settings: settingsOf(config), videos, health, webhooks: webhooks.parts, limitHit: limits.hit };
  const gateway = createGateway({ ...core, ...restored, ...shown });
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

  const scrapes = await listenForScrapes(metrics, config.metrics.port, core);
  opened.push(() => scrapes.close());
  const sandboxUrl = `http://${bracketed(reachableHostOf(config.host))}:${server.port}/sandbox`;
  const place = { sandboxUrl, sandboxKey: sandbox.apiKey, workers, faultInjectors, metrics };
  const pollers = openPollers(config, core, place);
  media.start(sandboxUrl);
  webhooks.start();
  opened.push(async () => {
    await Promise.all([pollers.close(), media.stop(), webhooks.stop(), server.finish()]);
  });
  log.info({ url, environments: config.segmind === null ? ['TEST'] : ['TEST', 'LIVE'] }, 'Serving.');

  return {
    url,
    close: (reason) => shutDown({ config, server, opened, clock: systemClock, log }, reason),
  };
}

/** Prices and limits. */
function settingsOf(config: Config): GatewaySettings {
  return {
    priceCredits: config.priceCredits,
    signupCredits: { LIVE: config.liveSignupCredits, TEST: testSignupCredits },
    deadlineMs: config.jobDeadlineMs,
    jobsPerMinute: config.userJobsPerMinute,
    jobsInFlight: config.userJobsInFlight,
    budgets: config.budgets,
  };
}
