import type { AuditEntry } from '../domain/audit.ts';
import type { Environment } from '../domain/job.ts';
import type { Page, Slice } from '../domain/page.ts';
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryState,
  WebhookEndpoint,
  WebhookEvent,
} from '../domain/webhook.ts';
import type { EndedAttempt, WebhookPair } from '../domain/webhook-schedule.ts';

/** A delivery with everything that was tried, oldest first. */
export type LoggedDelivery = WebhookDelivery & { readonly attempts: readonly WebhookAttempt[] };

/** How many deliveries a claim may take: in all, for endpoints whose last attempt failed, and tests. */
export type WebhookClaim = { readonly slots: number; readonly failingSlots: number; readonly testSlots: number };

/**
 * The deliveries that wait: `due` could be sent now, `sending` are at a receiver, `later` wait for their next attempt or for an endpoint
 * that has asked for less or is off.
 */
export type WaitingWebhooks = Readonly<Record<'due' | 'sending' | 'later', number>>;

/** Writes the body that tells of an event. Called within the transaction of the event: it must not throw or wait. */
export type WriteWebhookBody = (event: WebhookEvent) => string;

/**
 * What a store keeps about webhooks: part of `Store`, with the same promises. `admit`, `commit`, `claimDue`, `recover` and `commitCopy`
 * also write a delivery for each endpoint that is notified of the event, in the same transaction. The deletion of a job writes the bodies
 * anew, without what was deleted; an order to erase a user forgets what receivers answered to events of the user's budgets.
 */
export interface WebhookRecords {
  /** Stores an endpoint, unless its owner has `most` already; false then. The owner's account must exist. */
  createWebhookEndpoint(endpoint: WebhookEndpoint, most: number, entry?: AuditEntry): Promise<boolean>;
  findWebhookEndpoint(id: string): Promise<WebhookEndpoint | null>;
  /** The endpoints of one user (null: of all users) in an environment, newest first. */
  listWebhookEndpoints(
    environment: Environment,
    owner: string | null,
    limit: number,
  ): Promise<readonly WebhookEndpoint[]>;
  /** Writes what `decide` makes of an endpoint. If that switches it off, what waits for it is FAILED. Null if there is none. */
  changeWebhookEndpoint(
    id: string,
    decide: (endpoint: WebhookEndpoint) => WebhookEndpoint,
    entry?: AuditEntry,
  ): Promise<WebhookEndpoint | null>;
  /** Removes an endpoint; its deliveries are removed by `pruneWebhooks`. False if there is none. */
  deleteWebhookEndpoint(id: string, now: number, entry?: AuditEntry): Promise<boolean>;

  addWebhookDelivery(delivery: WebhookDelivery, entry?: AuditEntry): Promise<void>;
  findWebhookDelivery(id: string): Promise<LoggedDelivery | null>;
  /** An endpoint's deliveries in a state (null: any), newest first. */
  listWebhookDeliveries(
    endpointId: string,
    state: WebhookDeliveryState | null,
    page: Page<string>,
  ): Promise<Slice<LoggedDelivery>>;
  /** Up to `limit` deliveries that tell of a job, newest first. */
  listJobWebhooks(jobId: string, limit: number): Promise<readonly LoggedDelivery[]>;
  /** Makes a delivery due again, whatever became of it, unless it is being sent. Null if there is none. */
  redeliverWebhook(id: string, now: number, entry?: AuditEntry): Promise<LoggedDelivery | null>;
  /** Makes everything due again that was not delivered and happened at or after an instant. Returns how many. Tests stay. */
  redeliverWebhooks(endpointId: string, since: number, now: number, entry?: AuditEntry): Promise<number>;

  /**
   * Claims due deliveries and leases them: tests first, then in turn over the enabled endpoints, the least recently served first, so many
   * that no endpoint has more than `attemptsAtOnce` leases. Tests have as many of their own: they are sent though an endpoint is off or
   * has its hands full.
   */
  claimWebhooks(order: WebhookClaim, now: number): Promise<readonly WebhookPair[]>;
  /**
   * Logs an attempt and writes what `decide` makes of the delivery and its endpoint as they are now. Writes nothing and returns null if
   * somebody else has claimed the delivery since, or the endpoint is gone.
   */
  settleWebhook(
    claimed: WebhookDelivery,
    attempt: WebhookAttempt,
    decide: (pair: WebhookPair) => WebhookPair,
  ): Promise<WebhookPair | null>;
  /** Counts what waits in an environment. */
  countWebhooks(environment: Environment, now: number): Promise<WaitingWebhooks>;
  /**
   * Removes up to `limit` deliveries that were made before an instant and have ended or wait for an endpoint that is off, or whose endpoint
   * is deleted. Returns how many.
   */
  pruneWebhooks(madeBefore: number, limit: number): Promise<number>;
}

/** One request to an endpoint. `scope`: where it may lead. */
export type WebhookRequest = {
  readonly url: string;
  readonly environment: Environment;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Sends requests to endpoints, past a guard: checked addresses only, no redirects, bounded in size and time. Never rejects. */
export interface WebhookSender {
  /** Null if `close` ended it: nothing is known of it, and it is no attempt. */
  send(request: WebhookRequest): Promise<EndedAttempt | null>;
  /** Why an endpoint may not have this URL, a sentence; null if it may. Names are looked up only at each attempt. */
  refusalOf(url: string, environment: Environment): string | null;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Secrets of endpoints, encrypted for the database and used for signing. */
export interface WebhookSecrets {
  /** A new secret: as its owner sees it, once, and as it is stored. */
  create(endpointId: string): { readonly shown: string; readonly sealed: Uint8Array };
  /** The headers of an attempt, with a signature for each secret. Null if the newest was encrypted with a key that is no longer set. */
  sign(
    endpoint: Pick<WebhookEndpoint, 'id' | 'secret' | 'previousSecret' | 'previousSecretUntil'>,
    message: { readonly id: string; readonly at: number; readonly body: string },
  ): Readonly<Record<string, string>> | null;
}

/** Rung when deliveries may be due. */
export const webhookTopic = 'work:webhooks';

/** Rung when an attempt of a delivery has ended. */
export const deliveryTopic = (deliveryId: string): string => `webhook:${deliveryId}`;
