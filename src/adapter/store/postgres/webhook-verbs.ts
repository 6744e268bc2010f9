import type { AuditEntry } from '../../../domain/audit.ts';
import type { WebhookRecords } from '../../../ports/webhook.ts';
import type { Verbs } from './verbs.ts';

/** Runs a body on a connection with its verbs prepared. */
type Run = <T>(body: (verbs: Verbs) => Promise<T>) => Promise<T>;

/** The store's verbs for webhooks: `on` runs single statements and reads, `transact` what needs a transaction. */
export function createWebhookVerbs(on: Run, transact: Run): WebhookRecords {
  /** Runs a body in a transaction, and adds the entry if it did something. */
  const audited = <T>(entry: AuditEntry | undefined, body: (verbs: Verbs) => Promise<T>): Promise<T> =>
    transact(async (verbs) => {
      const done = await body(verbs);
      if (done !== false && done !== null) await verbs.audit.add(entry);
      return done;
    });
  return {
    createWebhookEndpoint: (endpoint, most, entry) =>
      audited(entry, ({ endpoints }) => endpoints.create(endpoint, most)),
    findWebhookEndpoint: (id) => on(({ endpoints }) => endpoints.find(id)),
    listWebhookEndpoints: (environment, owner, limit) =>
      on(({ endpoints }) => endpoints.list(environment, owner, limit)),
    changeWebhookEndpoint: (id, decide, entry) => audited(entry, ({ webhooks }) => webhooks.change(id, decide)),
    deleteWebhookEndpoint: (id, now, entry) => audited(entry, ({ endpoints }) => endpoints.remove(id, now)),
    addWebhookDelivery: (delivery, entry) => audited(entry, ({ deliveries }) => deliveries.add(delivery)),
    findWebhookDelivery: (id) => on(({ deliveries }) => deliveries.find(id)),
    listWebhookDeliveries: (endpointId, state, page) =>
      on(({ deliveries }) => deliveries.list(endpointId, state, page)),
    listJobWebhooks: (jobId, limit) => on(({ deliveries }) => deliveries.listOfJob(jobId, limit)),
    redeliverWebhook: (id, now, entry) => audited(entry, ({ deliveries }) => deliveries.renew(id, now)),
    redeliverWebhooks: (endpointId, since, now, entry) =>
      audited(entry, ({ deliveries }) => deliveries.renewSince(endpointId, since, now)),
    claimWebhooks: (order, now) => transact(({ webhooks }) => webhooks.claim(order, now)),
    settleWebhook: (claimed, attempt, decide) => transact(({ webhooks }) => webhooks.settle(claimed, attempt, decide)),
    countWebhooks: (environment, now) => on(({ webhooks }) => webhooks.count(environment, now)),
    pruneWebhooks: (madeBefore, limit) => transact(({ webhooks }) => webhooks.prune(madeBefore, limit)),
  };
}
