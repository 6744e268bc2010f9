import { expect } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import { newDeliveryOf, type WebhookEndpoint, webhookEventTypes } from '../../../src/domain/webhook.ts';
import { attemptEnded, type EndedAttempt, type WebhookPair } from '../../../src/domain/webhook-schedule.ts';
import type { LoggedDelivery } from '../../../src/ports/webhook.ts';
import type { Store } from '../../../src/ports.ts';
import { admit, ana, first, live, lives, newId, start } from './world.ts';

const secret = new Uint8Array([1, 2, 3]);

/** An endpoint of ana's that is told of everything. */
export function endpointOf(parts: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    ...ana,
    id: newId(),
    allUsers: false,
    url: 'https://backend.example/hooks',
    description: null,
    eventTypes: webhookEventTypes,
    enabled: true,
    disabledReason: null,
    createdAt: start,
    lastSuccessAt: null,
    faults: 0,
    failingSince: null,
    slowUntil: null,
    secret,
    previousSecret: null,
    previousSecretUntil: null,
    ...parts,
  };
}

/** Stores an endpoint; its owner has an account then. */
export async function endpoint(store: Store, parts: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
  const made = endpointOf(parts);
  await store.arrive({ owner: made.owner, environment: made.environment }, 1000, start);
  expect(await store.createWebhookEndpoint(made, 20)).toBe(true);
  return made;
}

/** A job that has ended. */
export async function ended(store: Store, life: keyof typeof lives, account = ana): Promise<Job> {
  const { job } = await admit(store, { account });
  return live(store, job, lives[life]);
}

/** Stores a test of an endpoint, due at once. Returns its id. */
export async function addTest(store: Store, to: WebhookEndpoint): Promise<string> {
  const made = { id: newId(), messageId: 'msg_1', type: 'webhook.test', jobId: null, payload: '{}' } as const;
  await store.addWebhookDelivery(newDeliveryOf(to, { ...made, createdAt: start }));
  return made.id;
}

export async function deliveriesOf(
  store: Store,
  { id }: Pick<WebhookEndpoint, 'id'>,
): Promise<readonly LoggedDelivery[]> {
  return (await store.listWebhookDeliveries(id, null, first(100))).items;
}

export const ok: EndedAttempt = {
  at: start,
  durationMs: 5,
  httpStatus: 200,
  error: null,
  response: 'thanks',
  retryAfterMs: null,
};

export const bad: EndedAttempt = { ...ok, httpStatus: 500, error: 'It answered 500.', response: 'oops' };

export const all = { slots: 100, failingSlots: 100, testSlots: 100 };

/** Settles a claim as its attempt ends. */
export function settle(store: Store, { delivery }: WebhookPair, attempt: EndedAttempt, now = start) {
  const { retryAfterMs: _, ...logged } = attempt;
  return store.settleWebhook(delivery, logged, (pair) => attemptEnded(pair, attempt, now, 0.5));
}
