import { hasScope } from '../domain/access.ts';
import { notFound } from '../domain/failure.ts';
import { opaqueTextOf } from '../domain/global-id.ts';
import { newDeliveryOf, type WebhookEndpoint, type WebhookEventType, webhookBodyOf } from '../domain/webhook.ts';
import { every } from '../lib/every.ts';
import { deliveryTopic, type LoggedDelivery, webhookTopic } from '../ports/webhook.ts';
import { createNewEntry } from './audit.ts';
import type { Viewer } from './viewer.ts';
import { createEndpointCommands, endpointTargetOf, mayManage, noEndpoint } from './webhook-endpoints.ts';
import type { WebhookVerbDeps, WebhookVerbs } from './webhook-verbs.ts';

/** Longer than an attempt takes. */
const testWaitMs = 17_000;

const testPollMs = 500;

/** A list of all users' endpoints ends here. */
const mostListed = 1000;

const noDelivery = () => notFound('There is no such delivery.');

/** Creates the verbs. They store and ring; only the worker sends. */
export function createWebhookVerbs(deps: WebhookVerbDeps): WebhookVerbs {
  const { store, bell, clock } = deps;
  const newEntry = createNewEntry(clock);

  async function findOwn(viewer: Viewer, id: string): Promise<WebhookEndpoint | null> {
    const endpoint = await store.findWebhookEndpoint(id);
    return endpoint !== null && mayManage(viewer, endpoint) ? endpoint : null;
  }

  async function findDelivery(viewer: Viewer, id: string) {
    const delivery = await store.findWebhookDelivery(id);
    const endpoint = delivery === null ? null : await findOwn(viewer, delivery.endpointId);
    return delivery === null || endpoint === null ? null : { delivery, endpoint };
  }

  return {
    webhookEndpoint: findOwn,
    webhookDelivery: async (viewer, id) => (await findDelivery(viewer, id))?.delivery ?? null,
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
      const entry = newEntry(viewer, 'endpoint.test', { target: endpointTargetOf(endpoint) });
      await store.addWebhookDelivery(newDeliveryOf(endpoint, made), entry);
      return (await settledOf(deps, id)) ?? noEndpoint();
    },

    async redeliverWebhook(viewer, id) {
      const found = await findDelivery(viewer, id);
      if (found === null) return noDelivery();
      const target = endpointTargetOf(found.endpoint);
      const details = `delivery ${opaqueTextOf('WebhookDelivery', id)}`;
      const entry = newEntry(viewer, 'endpoint.redeliver', { target, details });
      const renewed = await store.redeliverWebhook(id, clock.now(), entry);
      bell.ring([webhookTopic]);
      return renewed ?? noDelivery();
    },

    async redeliverWebhooks(viewer, endpointId, since) {
      const endpoint = await findOwn(viewer, endpointId);
      if (endpoint === null) return noEndpoint();
      const details = `since ${new Date(since).toISOString()}`;
      const entry = newEntry(viewer, 'endpoint.redeliver', { target: endpointTargetOf(endpoint), details });
      const count = await store.redeliverWebhooks(endpointId, since, clock.now(), entry);
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
