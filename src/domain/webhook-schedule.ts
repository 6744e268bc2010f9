import type { WebhookAttempt, WebhookDelivery, WebhookEndpoint } from './webhook.ts';

const secondMs = 1000;

const minuteMs = 60 * secondMs;

const hourMs = 60 * minuteMs;

const dayMs = 24 * hourMs;

/** The waits before the attempts of a delivery, each counted from the end of the attempt before it (Standard Webhooks 1.0.0). */
export const attemptWaitsMs: readonly number[] = [
  0,
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** How many requests one endpoint has under way, over all nodes. */
export const attemptsAtOnce = 4;

/** The lease of an attempt: longer than one may take (15 s). */
export const attemptLeaseMs = minuteMs;

/** An endpoint without a success for this long, though it was tried, is switched off. */
const failingForMs = 5 * dayMs;

/** For how long the secret before a rotation signs as well. */
const secretOverlapMs = dayMs;

/** For how long deliveries are kept. */
export const deliveriesKeptMs = 30 * dayMs;

/** A share of each wait that is random, so that deliveries which failed together are not all tried again together. */
const jitter = 0.1;

const longestRetryAfterMs = dayMs;

const longestSlowMs = 10 * minuteMs;

/** Responses that ask for less: too many requests, or a gateway before the receiver that gets no answer from it. */
const slowingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** An endpoint and one of its deliveries. */
export type WebhookPair = { readonly endpoint: WebhookEndpoint; readonly delivery: WebhookDelivery };

/** An attempt that has ended. `retryAfterMs`: how long the response asks to wait; null where it does not. */
export type EndedAttempt = WebhookAttempt & { readonly retryAfterMs: number | null };

/** A due delivery, taken by a node: nobody else gets it before the lease ends. */
export function deliveryClaimed(delivery: WebhookDelivery, now: number): WebhookDelivery {
  return { ...delivery, claims: delivery.claims + 1, leased: true, nextAt: now + attemptLeaseMs };
}

/**
 * What an attempt makes of its delivery and its endpoint:
 *
 *   PENDING ── 2xx ──► DELIVERED
 *     │  ▲
 *     │  └── failed, after a wait ── up to ten attempts
 *     └── tenth failure, endpoint off, test ──► FAILED ── asked for again ──► PENDING
 *
 * `url`: where it was sent. The endpoint may have another by now, of which the attempt says nothing.
 */
export function attemptEnded(
  pair: WebhookPair,
  attempt: EndedAttempt & { readonly url?: string },
  now: number,
  chance: number,
): WebhookPair {
  const { url = pair.endpoint.url } = attempt;
  const isSuccess = attempt.error === null;
  const ended = isSuccess ? delivered(pair, now) : failed(pair, attempt, now, chance);
  if (url === pair.endpoint.url) return ended;
  const { endpoint, delivery } = pair;
  const isOver = ended.delivery.state === 'DELIVERED' || delivery.type === 'webhook.test' || !endpoint.enabled;
  return { endpoint, delivery: isOver ? ended.delivery : { ...delivery, leased: false, nextAt: now } };
}

function delivered({ endpoint, delivery }: WebhookPair, now: number): WebhookPair {
  // While an endpoint rests, only what was sent before that is answered, and tests: the answer that asked for less is the newer one.
  const isResting = (endpoint.slowUntil ?? 0) > now;
  const slowUntil = isResting ? endpoint.slowUntil : null;
  return {
    delivery: { ...delivery, state: 'DELIVERED', leased: false, nextAt: null },
    endpoint: { ...endpoint, lastSuccessAt: now, faults: 0, failingSince: null, slowUntil },
  };
}

function failed(pair: WebhookPair, attempt: EndedAttempt, now: number, chance: number): WebhookPair {
  const isTest = pair.delivery.type === 'webhook.test';
  const endpoint = isTest ? pair.endpoint : afterFailure(pair.endpoint, attempt, now);
  const tries = pair.delivery.tries + 1;
  const waitMs = attemptWaitsMs[tries];
  if (isTest || waitMs === undefined || !endpoint.enabled)
    return { endpoint, delivery: { ...pair.delivery, state: 'FAILED', tries, leased: false, nextAt: null } };
  const jittered = waitMs * (1 - jitter + 2 * jitter * chance);
  const nextAt = Math.round(now + Math.max(jittered, attempt.retryAfterMs ?? 0));
  return { endpoint, delivery: { ...pair.delivery, tries, leased: false, nextAt } };
}

function afterFailure(endpoint: WebhookEndpoint, attempt: EndedAttempt, now: number): WebhookEndpoint {
  if (!endpoint.enabled) return endpoint;
  const failingSince = endpoint.failingSince ?? now;
  const faults = endpoint.faults + 1;
  const slowUntil = slowedUntil(endpoint, attempt, now);
  const reason = offReasonOf(attempt, now - failingSince);
  return { ...endpoint, failingSince, faults, slowUntil, enabled: reason === null, disabledReason: reason };
}

function slowedUntil({ faults, slowUntil }: WebhookEndpoint, attempt: EndedAttempt, now: number): number | null {
  const { httpStatus, retryAfterMs } = attempt;
  if (retryAfterMs === null && !slowingStatuses.has(httpStatus ?? 0)) return slowUntil;
  const waitMs = retryAfterMs ?? Math.min(longestSlowMs, 5 * secondMs * 2 ** Math.min(faults, 10));
  return Math.max(slowUntil ?? 0, now + waitMs);
}

function offReasonOf({ httpStatus }: EndedAttempt, failedForMs: number): string | null {
  if (httpStatus === 410) return 'It answered 410 Gone, which means that it wants no more webhooks.';
  return failedForMs >= failingForMs ? 'No delivery has succeeded for 5 days.' : null;
}

/** An endpoint that is switched on again: what it did before no longer counts. */
export function endpointEnabled(endpoint: WebhookEndpoint): WebhookEndpoint {
  if (endpoint.enabled) return endpoint;
  return { ...endpoint, enabled: true, disabledReason: null, faults: 0, failingSince: null, slowUntil: null };
}

/** A delivery that is asked for again: due at once, with a whole new round of attempts. */
export function deliveryRenewed(delivery: WebhookDelivery, now: number): WebhookDelivery {
  return { ...delivery, state: 'PENDING', tries: 0, leased: false, nextAt: now };
}

/** A new secret beside the one before it, which still signs for a day. */
export function secretRotated(endpoint: WebhookEndpoint, secret: Uint8Array, now: number): WebhookEndpoint {
  return { ...endpoint, secret, previousSecret: endpoint.secret, previousSecretUntil: now + secretOverlapMs };
}

/** How long a Retry-After header asks to wait, in milliseconds: seconds or an HTTP date. Null if it is absent or says nothing usable. */
export function retryAfterMsOf(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now;
  if (Number.isNaN(waitMs)) return null;
  return Math.min(longestRetryAfterMs, Math.max(secondMs, waitMs));
}
