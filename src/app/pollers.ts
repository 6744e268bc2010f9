import { createOpenBudget } from '../adapter/budget/local.ts';
import { withScripts } from '../adapter/provider/sandbox/provider.ts';
import {
  openSegmind,
  type Segmind,
  type SegmindOptions,
  segmindFileLifetimeMs,
} from '../adapter/provider/segmind/client.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/job.ts';
import type { Pace } from '../domain/pace.ts';
import { every } from '../lib/every.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Budget } from '../ports.ts';
import { createPoller, type Poller } from '../worker/poller.ts';
import type { ProviderRequestDeps } from '../worker/requests.ts';
import type { FaultInjectors } from './fault-injectors.ts';

/** The parts that the gateway, the server and the pollers share. */
export type Core = Omit<ProviderRequestDeps, 'environment' | 'provider' | 'pace'>;

/** How often the credits left at the provider are asked for, if the operator wants to know when they run low. */
const creditCheckMs = 5 * 60_000;

/** Sandbox jobs are short, so they are polled often. */
const sandboxIntervalMs = 1000;

const sandboxWorkflow = '67c6b3b9f6cf2bb5a9b16b3e-v8';

/** The poller of each environment and the provider that it uses. */
export type WorkersByEnvironment = Map<Environment, { readonly poller: Poller; readonly provider: Segmind }>;

/** Where the pollers run. */
export type PollerPlace = {
  /** At the bound port, never PUBLIC_URL: the gateway calls itself. */
  readonly sandboxUrl: string;
  readonly sandboxKey: string;
  /** `openPollers` adds each environment's worker here. */
  readonly workers: WorkersByEnvironment;
  readonly faultInjectors: FaultInjectors;
  readonly metrics: Metrics;
};

/** Starts a poller for the sandbox and, if a provider key is set, one for LIVE. `close` stops the pollers, then the provider clients. */
export function openPollers(
  config: Config,
  core: Core,
  { sandboxUrl, sandboxKey, workers, faultInjectors, metrics }: PollerPlace,
): { close(): Promise<void> } {
  const { clock, log } = core;
  const open = (environment: Environment, budget: Budget, pace: Pace, options: SegmindOptions) => {
    const client = openSegmind(options);
    const provider = environment === 'TEST' ? withScripts(client) : client;
    const asked = metrics.provider(environment, faultInjectors.provider(provider));
    const poller = createPoller({ ...core, environment, provider: asked, budget, pace });
    poller.start();
    workers.set(environment, { poller, provider });
  };

  const { segmind, jobDeadlineMs: deadlineMs, pollIntervalMs, proxies } = config;
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
    open('LIVE', core.budget, pace, { ...options, fileLifetimeMs: segmindFileLifetimeMs, clock, log, proxies });
    watchAccount(segmind.lowCredits);
  }
  let stopChecks = (): void => undefined;

  /** Without a look at the account from time to time, an idle gateway would not notice that it runs low. */
  function watchAccount(lowCredits: number | null): void {
    const provider = workers.get('LIVE')?.provider;
    if (provider === undefined) return;
    metrics.watchAccount({
      credits: () => provider.remainingCredits(),
      lowCredits,
      budget: () => core.budget.available(),
    });
    if (lowCredits === null) return;
    const check = () => {
      provider.health().catch((err: unknown) => log.warn({ err }, 'The account at the provider could not be read.'));
    };
    check();
    stopChecks = every(clock, creditCheckMs, check);
  }

  return {
    async close() {
      stopChecks();
      const opened = [...workers.values()];
      await Promise.all(opened.map(({ poller }) => poller.stop()));
      await Promise.all(opened.map(({ provider }) => provider.close()));
    },
  };
}
