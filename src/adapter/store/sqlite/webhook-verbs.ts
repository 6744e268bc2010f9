import type { AuditEntry } from '../../../domain/audit.ts';
import type { WebhookRecords } from '../../../ports/webhook.ts';
import type { Audit } from './audit.ts';
import type { GroupCommit } from './engine/group-commit.ts';
import type { Db } from './engine/statements.ts';
import { createWebhooks, type WebhookDeps } from './webhooks.ts';

/** The store's verbs for webhooks, each in a transaction. */
export function createWebhookVerbs(
  db: Db,
  inGroup: GroupCommit['write'],
  { endpoints, deliveries, audit }: WebhookDeps & { readonly audit: Audit },
): WebhookRecords {
  const webhooks = createWebhooks(db, { endpoints, deliveries });
  /** Runs a body, and adds the entry if it did something. */
  const audited = <T>(entry: AuditEntry | undefined, body: () => T): T => {
    const done = body();
    if (done !== false && done !== null) audit.add(entry);
    return done;
  };
  return {
    createWebhookEndpoint: async (endpoint, most, entry) =>
      inGroup(() => audited(entry, () => endpoints.create(endpoint, most))),
    findWebhookEndpoint: async (id) => endpoints.find(id),
    listWebhookEndpoints: async (environment, owner, limit) => endpoints.list(environment, owner, limit),
    changeWebhookEndpoint: async (id, decide, entry) =>
      inGroup(() => audited(entry, () => webhooks.change(id, decide))),
    deleteWebhookEndpoint: async (id, now, entry) => inGroup(() => audited(entry, () => endpoints.remove(id, now))),
    addWebhookDelivery: async (delivery, entry) => inGroup(() => audited(entry, () => deliveries.add(delivery))),
    findWebhookDelivery: async (id) => deliveries.find(id),
    listWebhookDeliveries: async (endpointId, state, page) => deliveries.list(endpointId, state, page),
    listJobWebhooks: async (jobId, limit) => deliveries.listOfJob(jobId, limit),
    redeliverWebhook: async (id, now, entry) => inGroup(() => audited(entry, () => deliveries.renew(id, now))),
    redeliverWebhooks: async (endpointId, since, now, entry) =>
      inGroup(() => audited(entry, () => deliveries.renewSince(endpointId, since, now))),
    claimWebhooks: async (order, now) => inGroup(() => webhooks.claim(order, now)),
    settleWebhook: async (claimed, attempt, decide) => inGroup(() => webhooks.settle(claimed, attempt, decide)),
    countWebhooks: async (environment, now) => webhooks.count(environment, now),
    pruneWebhooks: async (madeBefore, limit) => inGroup(() => webhooks.prune(madeBefore, limit)),
  };
}
