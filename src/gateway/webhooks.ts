import { hasScope } from '../domain/access.ts';
import { type FailureOf, notFound } from '../domain/failure.ts';
import {
  newDeliveryOf,
  type WebhookDeliveryState,
  type WebhookEndpoint,
  type WebhookEventType,
  webhookBodyOf,
} from '../domain/webhook.ts';
import { every } from '../lib/every.ts';
import type { Bell, Clock, Page, Slice, Store } from '../ports.ts';
import {
  deliveryTopic,
  type LoggedDelivery,
  type WebhookRecords,
  type WebhookSecrets,
  type WebhookSender,
  webhookTopic,
} from '../webhook-ports.ts';
import type { Viewer } from './viewer.ts';
import { createEndpointCommands, mayManage, noEndpoint } from './webhook-endpoints.ts';
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

/** Longer than an attempt takes. */
const testWaitMs = 17_000;

const testPollMs = 500;

/** A list of all users' endpoints ends here. */
const mostListed = 1000;

const noDelivery = () => notFound('There is no such delivery.');

/** Creates the verbs. They store and ring; only the worker sends. */
export function createWebhookVerbs(deps: WebhookVerbDeps): WebhookVerbs {
  const { store, bell, clock } = deps;

  async function findOwn(viewer: Viewer, id: string): Promise<WebhookEndpoint | null> {
    const endpoint = await store.findWebhookEndpoint(id);
    return endpoint !== null && mayManage(viewer, endpoint) ? endpoint : null;
  }

  async function findDelivery(viewer: Viewer, id: string): Promise<LoggedDelivery | null> {
    const delivery = await store.findWebhookDelivery(id);
    return delivery !== null && (await findOwn(viewer, delivery.endpointId)) !== null ? delivery : null;
  }

  return {
    webhookEndpoint: findOwn,
    webhookDelivery: findDelivery,
    async webhookEndpoints(viewer) {
      const owner = hasScope(viewer, 'admin') ? null : viewer.userId;
      const endpoints = await store.listWebhookEndpoints(viewer.environment, owner, mostListed);
      return endpoints.filter((endpoint) => mayManage(viewer, endpoint));
    },
    webhookDeliveries: (endpoint, state, page) => store.listWebhookDeliveries(endpoint.id, state, page),
    ...createEndpointCommands(deps, findOwn),

    async testWebhookEndpoint(viewer, endpointId) {
      const endpoint = await findOwn(viewer, endpointId);
      if (endpoint === null) return noEndpoint();
      const [id, createdAt] = [clock.newId(), clock.now()];
      const type: WebhookEventType = 'webhook.test';
      const payload = webhookBodyOf(type, createdAt, { message: 'A test. Nothing happened.' });
      const made = { id, messageId: `msg_${id.replaceAll('-', '')}`, type, jobId: null, payload, createdAt };
      await store.addWebhookDelivery(newDeliveryOf(endpoint, made));
      return (await settledOf(deps, id)) ?? noEndpoint();
    },

    async redeliverWebhook(viewer, id) {
      if ((await findDelivery(viewer, id)) === null) return noDelivery();
      const renewed = await store.redeliverWebhook(id, clock.now());
      bell.ring([webhookTopic]);
      return renewed ?? noDelivery();
    },

    async redeliverWebhooks(viewer, endpointId, since) {
      if ((await findOwn(viewer, endpointId)) === null) return noEndpoint();
      const count = await store.redeliverWebhooks(endpointId, since, clock.now());
      bell.ring([webhookTopic]);
      return count;
    },
  };
}

/** A test delivery once its attempt has ended, or as it is after the longest wait. */
async function settledOf({ store, bell, clock }: WebhookVerbDeps, id: string): Promise<LoggedDelivery | null> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = [];
    const finish = (settle: () => void) => {
      for (const stop of stops) stop();
      settle();
    };
    const read = (isLast: boolean) => {
      store.findWebhookDelivery(id).then(
        (delivery) => {
          if (isLast || delivery === null || delivery.state !== 'PENDING') finish(() => resolve(delivery));
        },
        (error: Error) => finish(() => reject(error)),
      );
    };
    stops.push(
      bell.listen(deliveryTopic(id), () => read(false)),
      every(clock, testPollMs, () => read(false)),
      clock.after(testWaitMs, () => read(true)),
    );
    bell.ring([webhookTopic]);
  });
}
