import type { FailureOf } from '../domain/failure.ts';
import type { WebhookDeliveryState, WebhookEndpoint } from '../domain/webhook.ts';
import type { LoggedDelivery, WebhookRecords, WebhookSecrets, WebhookSender } from '../ports/webhook.ts';
import type { Bell, Clock, Page, Slice, Store } from '../ports.ts';
import type { Viewer } from './viewer.ts';
import type { EndpointRequest } from './webhook-input.ts';

/** An endpoint and its secret, which is returned by these verbs and never again. */
export type EndpointWithSecret = { readonly endpoint: WebhookEndpoint; readonly secret: string };

/** What a user can do about webhooks: with their own endpoints; an admin with all of the environment. */
export interface WebhookVerbs {
  /** The viewer's endpoints; an admin's list has those of all users. Newest first. */
  webhookEndpoints(viewer: Viewer): Promise<readonly WebhookEndpoint[]>;
  webhookEndpoint(viewer: Viewer, id: string): Promise<WebhookEndpoint | null>;
  webhookDelivery(viewer: Viewer, id: string): Promise<LoggedDelivery | null>;
  /** The deliveries of an endpoint that the viewer may see. */
  webhookDeliveries(
    endpoint: WebhookEndpoint,
    state: WebhookDeliveryState | null,
    page: Page<string>,
  ): Promise<Slice<LoggedDelivery>>;
  createWebhookEndpoint(
    viewer: Viewer,
    request: EndpointRequest & { readonly url: string; readonly allUsers?: boolean | null | undefined },
  ): Promise<EndpointWithSecret | FailureOf<'invalidInput'>>;
  updateWebhookEndpoint(
    viewer: Viewer,
    id: string,
    request: EndpointRequest & { readonly enabled?: boolean | null | undefined },
  ): Promise<WebhookEndpoint | FailureOf<'invalidInput' | 'notFound'>>;
  /** Returns the endpoint as it was. */
  deleteWebhookEndpoint(viewer: Viewer, id: string): Promise<WebhookEndpoint | FailureOf<'notFound'>>;
  rotateWebhookSecret(viewer: Viewer, id: string): Promise<EndpointWithSecret | FailureOf<'notFound'>>;
  /** Has a test sent, and waits for what comes of it: 17 s at most. */
  testWebhookEndpoint(viewer: Viewer, id: string): Promise<LoggedDelivery | FailureOf<'notFound'>>;
  redeliverWebhook(viewer: Viewer, id: string): Promise<LoggedDelivery | FailureOf<'notFound'>>;
  /** Returns how many deliveries are due again. */
  redeliverWebhooks(viewer: Viewer, endpointId: string, since: number): Promise<number | FailureOf<'notFound'>>;
}

/** What the verbs need. */
export type WebhookVerbDeps = {
  readonly store: Pick<Store, keyof WebhookRecords>;
  readonly bell: Bell;
  readonly clock: Clock;
  /** Absent in a gateway without webhooks: then no endpoint can be created. */
  readonly webhooks?: {
    readonly secrets: Pick<WebhookSecrets, 'create'>;
    readonly sender: Pick<WebhookSender, 'refusalOf'>;
  };
};
