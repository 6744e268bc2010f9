import { statusOf } from '../../../domain/job.ts';
import {
  eventTypesAmong,
  type NewWebhook,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookEvent,
  webhookBodyOf,
} from '../../../domain/webhook.ts';
import { attemptsAtOnce, type WebhookPair } from '../../../domain/webhook-schedule.ts';
import { budgetIdOf } from '../../../ports/budget.ts';
import type { LoggedDelivery, WebhookClaim, WriteWebhookBody } from '../../../ports/webhook.ts';

/** An endpoint's row. `servedAt`: when one of its deliveries was last claimed; 0 before the first. */
export type EndpointRow = Omit<WebhookEndpoint, 'eventTypes'> & {
  readonly eventTypes: string;
  readonly servedAt: number;
  readonly deletedAt: number | null;
};

/** The columns of an endpoint that change. */
export const endpointColumns = [
  'url',
  'description',
  'eventTypes',
  'enabled',
  'disabledReason',
  'lastSuccessAt',
  'faults',
  'failingSince',
  'slowUntil',
  'secret',
  'previousSecret',
  'previousSecretUntil',
] as const;

/** The columns of a delivery that change, but for its body. */
export const deliveryColumns = ['state', 'tries', 'claims', 'leased', 'nextAt'] as const;

/** An endpoint from its row. */
export function endpointOf({ servedAt: _, deletedAt: __, ...row }: EndpointRow): WebhookEndpoint {
  return {
    ...row,
    eventTypes: eventTypesAmong(row.eventTypes.split(' ')),
    secret: new Uint8Array(row.secret),
    previousSecret: row.previousSecret === null ? null : new Uint8Array(row.previousSecret),
  };
}

/** An endpoint's columns. */
export function endpointRowOf(endpoint: WebhookEndpoint) {
  const { secret, previousSecret } = endpoint;
  return {
    ...endpoint,
    eventTypes: eventTypesAmong(endpoint.eventTypes).join(' '),
    secret: Buffer.from(secret),
    previousSecret: previousSecret === null ? null : Buffer.from(previousSecret),
  };
}

/** An attempt's row. */
export type AttemptRow = WebhookAttempt & { readonly deliveryId: string; readonly number: number };

/** Deliveries with their attempts, which are sorted by number. */
export function withAttempts<Delivery extends { readonly id: string }>(
  deliveries: readonly Delivery[],
  rows: readonly AttemptRow[],
): readonly (Delivery & Pick<LoggedDelivery, 'attempts'>)[] {
  const byDelivery = new Map<string, WebhookAttempt[]>();
  for (const { deliveryId, number: _, ...attempt } of rows)
    byDelivery.set(deliveryId, [...(byDelivery.get(deliveryId) ?? []), attempt]);
  return deliveries.map((delivery) => ({ ...delivery, attempts: byDelivery.get(delivery.id) ?? [] }));
}

/** An endpoint that has due deliveries. `leases`: how many are being sent. */
export type Candidate = {
  readonly id: string;
  readonly servedAt: number;
  readonly isFailing: boolean;
  readonly leases: number;
};

/** How many deliveries of which endpoint to claim, in order: the least recently served first, those whose last attempt failed last. */
export function sharesOf(
  candidates: readonly Candidate[],
  { slots, failingSlots }: Pick<WebhookClaim, 'slots' | 'failingSlots'>,
): readonly { readonly id: string; readonly count: number }[] {
  const inTurn = candidates
    .filter(({ leases }) => leases < attemptsAtOnce)
    .toSorted((one, other) => Number(one.isFailing) - Number(other.isFailing) || one.servedAt - other.servedAt);
  let [left, leftForFailing] = [slots, failingSlots];
  const shares: { readonly id: string; readonly count: number }[] = [];
  for (const { id, isFailing, leases } of inTurn) {
    const count = Math.min(attemptsAtOnce - leases, left, isFailing ? leftForFailing : left);
    if (count < 1) continue;
    left -= count;
    if (isFailing) leftForFailing -= count;
    shares.push({ id, count });
  }
  return shares;
}

/** Makes what is stored of an event, the same for all endpoints that are notified of it. */
export type DescribeEvent = (event: WebhookEvent) => Omit<NewWebhook, 'id'>;

/** Describes events with new message ids such as `msg_01900000000070008000000000000001`. */
export function createDescribeEvent(newId: () => string, writeBody: WriteWebhookBody): DescribeEvent {
  return (event) => ({
    messageId: `msg_${newId().replaceAll('-', '')}`,
    type: event.type,
    jobId: event.type === 'budget.reached' ? null : event.job.id,
    budgetId: event.type === 'budget.reached' ? budgetIdOf(event.budget) : null,
    payload: writeBody(event),
    createdAt: event.occurredAt,
  });
}

/** The body of an event where nobody reads it: a command beside the gateway, or a test. */
export const plainBody: WriteWebhookBody = (event) => {
  const { type, occurredAt } = event;
  if (type === 'budget.reached') return webhookBodyOf(type, occurredAt, { ...event.budget, percent: event.percent });
  const { id, version, prompt, externalId, state } = event.job;
  return webhookBodyOf(type, occurredAt, { id, status: statusOf(state), version, prompt, externalId });
};

/**
 * What is kept of an attempt. A deletion that came while it was under way has moved its lease by a millisecond: what the receiver
 * answered is not stored then, because nothing would forget it later.
 */
export function keptOf(attempt: WebhookAttempt, claimed: WebhookDelivery, known: WebhookDelivery): WebhookAttempt {
  return known.nextAt === claimed.nextAt ? attempt : { ...attempt, response: null };
}

/** Whether a settled pair has switched its endpoint off. */
export function switchesOff(before: Pick<WebhookPair, 'endpoint'>, after: Pick<WebhookPair, 'endpoint'>): boolean {
  return before.endpoint.enabled && !after.endpoint.enabled;
}

/** Counts what waits for the endpoints of an environment, along the index of their deliveries by state. */
export const waitingSql = (environment: string, now: string): string => {
  const isSending = `d.leased AND d.next_at > ${now}`;
  const isServed = `e.enabled AND (e.slow_until IS NULL OR e.slow_until <= ${now})`;
  const isDue = `d.next_at <= ${now} AND (d.type = 'webhook.test' OR ${isServed})`;
  const sumOf = (where: string) => `CAST(coalesce(sum(CASE WHEN ${where} THEN 1 ELSE 0 END), 0) AS integer)`;
  return `SELECT ${sumOf(isDue)} AS due, ${sumOf(isSending)} AS sending,
    ${sumOf(`NOT (${isDue}) AND NOT (${isSending})`)} AS later
  FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id AND d.state = 'PENDING'
  WHERE e.environment = ${environment} AND e.deleted_at IS NULL`;
};

/** The endpoints that a claim looks for: those with due deliveries, found by skipping from one to the next in the index. */
export const candidatesSql = (now: string): string => `
  WITH RECURSIVE waiting(id) AS (
    SELECT min(endpoint_id) FROM webhook_deliveries WHERE state = 'PENDING' AND type <> 'webhook.test'
    UNION ALL
    SELECT (SELECT min(d.endpoint_id) FROM webhook_deliveries d
      WHERE d.state = 'PENDING' AND d.type <> 'webhook.test' AND d.endpoint_id > waiting.id)
    FROM waiting WHERE waiting.id IS NOT NULL
  )
  SELECT e.id AS id, e.served_at AS "servedAt", e.failing_since IS NOT NULL AS "isFailing",
    (SELECT CAST(count(*) AS integer) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.leased AND d.next_at > ${now}) AS leases
  FROM waiting JOIN webhook_endpoints e ON e.id = waiting.id
  WHERE e.enabled AND e.deleted_at IS NULL AND (e.slow_until IS NULL OR e.slow_until <= ${now})
    AND EXISTS (SELECT 1 FROM webhook_deliveries d
      WHERE d.endpoint_id = e.id AND d.state = 'PENDING' AND d.type <> 'webhook.test' AND d.next_at <= ${now})`;

/** The endpoints whose tests are due, those that are off included. Their other deliveries do not count. */
export const testCandidatesSql = (now: string): string => `
  SELECT e.id AS id, e.served_at AS "servedAt", FALSE AS "isFailing", t.leases AS leases
  FROM (
    SELECT endpoint_id, CAST(sum(CASE WHEN leased AND next_at > ${now} THEN 1 ELSE 0 END) AS integer) AS leases
    FROM webhook_deliveries WHERE state = 'PENDING' AND type = 'webhook.test'
    GROUP BY endpoint_id HAVING min(next_at) <= ${now}
  ) t JOIN webhook_endpoints e ON e.id = t.endpoint_id
  WHERE e.deleted_at IS NULL`;
