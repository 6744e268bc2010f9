import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type Environment, environments } from '../../domain/job.ts';
import { type WebhookAttempt, webhookEventTypes } from '../../domain/webhook.ts';
import type { WebhookPair } from '../../domain/webhook-schedule.ts';
import type { WaitingWebhooks } from '../../ports/webhook.ts';

/** Metrics of webhooks. */
export type WebhookMetrics = {
  /** Counts an attempt once what came of it is stored. `wasEnabled`: whether its endpoint was on before. */
  readonly attempted: (settled: WebhookPair, attempt: WebhookAttempt, wasEnabled: boolean) => void;
  readonly waiting: (environment: Environment, counts: WaitingWebhooks) => void;
  /** Forgets what waits: the database cannot be read. */
  readonly unknown: () => void;
};

/** An attempt may take 15 s. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Adds the metrics of webhooks to a registry. No label holds an address: those are users'. */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'reelgate_webhook_deliveries_total',
    help: 'Webhooks whose attempts have ended: delivered, or failed (given up).',
    labelNames: ['environment', 'type', 'result'],
    registers,
  });
  const attempts = new Counter({
    name: 'reelgate_webhook_attempts_total',
    help: 'Requests to receivers: delivered, http_error (another status than 2xx), no_response.',
    labelNames: ['environment', 'result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'reelgate_webhook_attempt_seconds',
    help: 'How long requests to receivers took.',
    labelNames: ['environment'],
    buckets,
    registers,
  });
  const disabled = new Counter({
    name: 'reelgate_webhook_endpoints_disabled_total',
    help: 'Endpoints that the gateway has switched off, because of a 410 or of 5 days without a success.',
    labelNames: ['environment'],
    registers,
  });
  const waiting = new Gauge({
    name: 'reelgate_webhook_waiting',
    help: 'Webhooks that wait, of the whole installation: due, sending, or later (a retry, or an endpoint that asked for less).',
    labelNames: ['environment', 'state'],
    registers,
  });
  for (const environment of environments) {
    disabled.inc({ environment }, 0);
    seconds.zero({ environment });
    for (const result of ['delivered', 'http_error', 'no_response']) attempts.inc({ environment, result }, 0);
    for (const type of webhookEventTypes)
      for (const result of ['delivered', 'failed']) deliveries.inc({ environment, type, result }, 0);
  }

  return {
    attempted({ endpoint: { environment, enabled }, delivery: { type, state } }, attempt, wasEnabled) {
      attempts.inc({ environment, result: resultOf(attempt) });
      seconds.observe({ environment }, attempt.durationMs / 1000);
      if (state !== 'PENDING') deliveries.inc({ environment, type, result: state.toLowerCase() });
      if (wasEnabled && !enabled) disabled.inc({ environment });
    },
    waiting(environment, counts) {
      for (const [state, count] of Object.entries(counts)) waiting.set({ environment, state }, count);
    },
    unknown: () => waiting.reset(),
  };
}

function resultOf({ error, httpStatus }: WebhookAttempt): string {
  if (error === null) return 'delivered';
  return httpStatus === null ? 'no_response' : 'http_error';
}
