import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Environment, environments } from '../../domain/job.ts';
import { type Gauges, limitKinds, type Metrics } from '../../ports/metrics.ts';
import type { Clock, Store } from '../../ports.ts';
import { createAccountMetrics } from './account-metrics.ts';
import { createBudgetReached } from './budget-metrics.ts';
import { countedStore } from './counted-store.ts';
import { createJobMetrics } from './job-metrics.ts';
import { createProviderMetrics } from './provider-metrics.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

/** What metrics receive. */
export type MetricsOptions = {
  readonly version: string;
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
};

/** OpenTelemetry's own buckets for the duration of HTTP requests, in seconds. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Metrics in Prometheus' text format, by its naming rules (https://prometheus.io/docs/practices/naming/) and, for HTTP, by
 * OpenTelemetry's (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/). No label holds a user, a job or a text of theirs.
 */
export function createMetrics({ version, clock }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const jobMetrics = { ...createJobMetrics(registry), budgetReached: createBudgetReached(registry) };
  const webhookMetrics = createWebhookMetrics(registry);
  const provider = createProviderMetrics(registry, clock.monotonic);
  const watchAccount = createAccountMetrics(registry);
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'How long HTTP requests took, without streams and WebSockets.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: requestBuckets,
    registers,
  });
  new Gauge({ name: 'reelgate_build_info', help: 'The version, as a label.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  const limits = new Counter({
    name: 'reelgate_limits_hit_total',
    help: 'Refusals because a limit was reached: jobs, sockets, streams and requests of a user, requests of an address, open files.',
    labelNames: ['limit'],
    registers,
  });
  for (const limit of limitKinds) limits.inc({ limit }, 0);
  let gauges: Gauges = { sockets: () => 0, subscriptions: () => 0 };
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('reelgate_sockets', 'Open WebSockets.', () => gauges.sockets());
  gauge('reelgate_subscriptions', 'Subscriptions that are running over WebSockets or streams.', () =>
    gauges.subscriptions(),
  );
  const running = new Gauge({
    name: 'reelgate_jobs',
    help: 'Jobs that have not ended, by state, of the whole installation.',
    labelNames: ['environment', 'state'],
    registers,
  });
  const failures = new Counter({
    name: 'reelgate_scrape_failures_total',
    help: 'Scrapes for which the database could not be read.',
    registers,
  });
  let stored: Pick<Store, 'countRunning' | 'countWebhooks'> | null = null;

  async function readCounts(environment: Environment): Promise<void> {
    if (stored === null) return;
    for (const [state, count] of Object.entries(await stored.countRunning(environment)))
      running.set({ environment, state: state.toLowerCase() }, count);
    webhookMetrics.waiting(environment, await stored.countWebhooks(environment, clock.now()));
  }

  return {
    store(store) {
      stored = store;
      return countedStore(store, jobMetrics, webhookMetrics);
    },
    provider,
    answered({ method, route, status, seconds }) {
      requests.observe({ http_request_method: method, http_route: route, http_response_status_code: status }, seconds);
    },
    watchAccount,
    limitHit: (limit) => limits.inc({ limit }),
    watch(given) {
      gauges = given;
    },
    async scrape() {
      // What this process knows is shown though the database is away: that is when it is looked at.
      await Promise.all(environments.map(readCounts)).catch(() => {
        running.reset();
        webhookMetrics.unknown();
        failures.inc();
      });
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
