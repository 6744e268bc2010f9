import type { BudgetKey, BudgetReached } from './budget.ts';
import { type Change, closesCharge, lateVideoOf } from './change.ts';
import type { Environment, Job } from './job.ts';

/** What a webhook reports of a job. */
export type JobEventType = 'job.completed' | 'job.failed' | 'job.canceled' | 'job.late_video' | 'video.stored';

/** What a webhook reports. `webhook.test` is sent when somebody asks for it, the others when they happen. */
export type WebhookEventType = JobEventType | 'budget.reached' | 'webhook.test';

/** Every type, in the order in which lists of them are written. */
export const webhookEventTypes: readonly WebhookEventType[] = [
  'job.completed',
  'job.failed',
  'job.canceled',
  'job.late_video',
  'video.stored',
  'budget.reached',
  'webhook.test',
];

/** The types of an endpoint that is created without a list. Other types were added later, and have to be asked for. */
export const usualEventTypes: readonly WebhookEventType[] = [
  'job.completed',
  'job.failed',
  'job.canceled',
  'job.late_video',
  'video.stored',
];

/** An address that a backend wants to be told at, and how it has fared. Instants in epoch milliseconds. */
export type WebhookEndpoint = {
  readonly id: string;
  /** Who made it. */
  readonly owner: string;
  readonly environment: Environment;
  /** Whether it is notified of the jobs and budgets of all users of its environment; otherwise only of its owner's. */
  readonly allUsers: boolean;
  readonly url: string;
  readonly description: string | null;
  /** In the order of `webhookEventTypes`, once each. */
  readonly eventTypes: readonly WebhookEventType[];
  readonly enabled: boolean;
  /** Why the gateway switched it off; null while it is on, or if its owner did. */
  readonly disabledReason: string | null;
  readonly createdAt: number;
  readonly lastSuccessAt: number | null;
  /** The failed attempts since the last success, and when the first of them was; tests do not count. */
  readonly faults: number;
  readonly failingSince: number | null;
  /** No attempt begins before this; null: any time. */
  readonly slowUntil: number | null;
  /** Encrypted. */
  readonly secret: Uint8Array;
  /** The secret before the last rotation, which signs as well until `previousSecretUntil`; encrypted. */
  readonly previousSecret: Uint8Array | null;
  readonly previousSecretUntil: number | null;
};

/** Whether a delivery is still to be made, was, or was given up. */
export type WebhookDeliveryState = 'PENDING' | 'DELIVERED' | 'FAILED';

/** One request to an endpoint and its response. `error`: why it failed, a sentence; null after a success. */
export type WebhookAttempt = {
  readonly at: number;
  readonly durationMs: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
  /** The beginning of the response's body; null without one. */
  readonly response: string | null;
};

/** One event on its way to one endpoint. */
export type WebhookDelivery = {
  readonly id: string;
  readonly endpointId: string;
  /** The header `webhook-id`: the same for every attempt, and at every endpoint that is told of the event. */
  readonly messageId: string;
  readonly type: WebhookEventType;
  /** Null for a test, and for an event of a budget. */
  readonly jobId: string | null;
  /** As `budgetIdOf` writes it; null unless it is an event of a budget. */
  readonly budgetId: string | null;
  readonly state: WebhookDeliveryState;
  /** The body, byte for byte. */
  readonly payload: string;
  /** How many attempts of the current round have failed: the place in the schedule. */
  readonly tries: number;
  /** How often it was claimed. A claim knows by this number whether another has come since. */
  readonly claims: number;
  /** Whether a node is sending it, until `nextAt`. */
  readonly leased: boolean;
  /** When it is due: the schedule, the lease and the crash recovery in one. Null: never. */
  readonly nextAt: number | null;
  readonly createdAt: number;
};

/** What happened to a job. */
type JobEvent = { readonly type: JobEventType; readonly job: Job; readonly occurredAt: number };

/** A budget's use has reached a mark. */
export type BudgetEvent = BudgetReached & { readonly type: 'budget.reached'; readonly occurredAt: number };

/** What endpoints are notified of. */
export type WebhookEvent = JobEvent | BudgetEvent;

/** A delivery at the moment at which its event happens. */
export type NewWebhook = Pick<WebhookDelivery, 'id' | 'messageId' | 'type' | 'jobId' | 'payload' | 'createdAt'> &
  Partial<Pick<WebhookDelivery, 'budgetId'>>;

/** The event that a change of a job makes; null if nobody is told of it. */
export function webhookEventOf(change: Change): Exclude<JobEventType, 'video.stored'> | null {
  if (lateVideoOf(change) !== null) return 'job.late_video';
  if (!closesCharge(change)) return null;
  const { state } = change.to;
  return state === 'COMPLETED' ? 'job.completed' : state === 'FAILED' ? 'job.failed' : 'job.canceled';
}

/** Whose event it is, in which environment; without an owner it is the installation's. */
export function ownerOf(event: WebhookEvent): Pick<BudgetKey, 'environment' | 'owner'> {
  const { environment, owner } = event.type === 'budget.reached' ? event.budget : event.job;
  return { environment, owner };
}

/** Whether an endpoint is notified of an event. Those of the installation are only for endpoints of all users. */
export function isToldOf(endpoint: WebhookEndpoint, event: WebhookEvent): boolean {
  const { environment, owner } = ownerOf(event);
  const isItsUser = endpoint.allUsers || endpoint.owner === owner;
  return isItsUser && endpoint.environment === environment && endpoint.eventTypes.includes(event.type);
}

/**
 * A new delivery, due at once. While its endpoint is off it is kept as FAILED, never sent and never dropped: its owner may ask for what
 * was missed. A test is sent even then.
 */
export function newDeliveryOf(endpoint: Pick<WebhookEndpoint, 'id' | 'enabled'>, made: NewWebhook): WebhookDelivery {
  const isDue = endpoint.enabled || made.type === 'webhook.test';
  return {
    budgetId: null,
    ...made,
    endpointId: endpoint.id,
    state: isDue ? 'PENDING' : 'FAILED',
    tries: 0,
    claims: 0,
    leased: false,
    nextAt: isDue ? made.createdAt : null,
  };
}

/** The text that every request carries: the type, the instant of the event and what happened. */
export function webhookBodyOf(type: WebhookEventType, occurredAt: number, data: unknown): string {
  return JSON.stringify({ type, timestamp: new Date(occurredAt).toISOString(), data });
}

/** The types among some words, in the order of `webhookEventTypes`, once each; other words are ignored. */
export function eventTypesAmong(words: readonly string[]): readonly WebhookEventType[] {
  return webhookEventTypes.filter((type) => words.includes(type));
}
