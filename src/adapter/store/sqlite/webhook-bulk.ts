import { and, eq, getTableColumns, gte, inArray, sql } from 'drizzle-orm';
import { boundTo } from '../shared/placeholders.ts';
import { prepareWrite } from './engine/prepared.ts';
import type { Db } from './engine/statements.ts';
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from './tables/webhooks.ts';

/** Prepares the statements on all deliveries of an endpoint, or of a budget. */
export function prepareBulk(db: Db) {
  const { id, endpointId, state, type, leased, nextAt, createdAt } = webhookDeliveries;
  const by = boundTo(getTableColumns(webhookDeliveries));
  const update = () => db.update(webhookDeliveries);
  const now = sql`${sql.placeholder('now')}`;
  const isIdle = sql`(NOT ${leased} OR ${nextAt} <= ${now})`;
  const isMissed = sql`${state} <> 'DELIVERED' AND ${type} <> 'webhook.test'`;
  const isWaiting = sql`${state} = 'PENDING' AND ${type} <> 'webhook.test'`;
  const inEnvironment = boundTo({ environment: webhookEndpoints.environment });
  const ofBudget = db
    .select({ id })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, endpointId))
    .where(
      and(eq(webhookDeliveries.budgetId, by.budgetId), eq(webhookEndpoints.environment, inEnvironment.environment)),
    );
  return {
    // Moves the leases, by which `keptOf` knows.
    interruptBudget: prepareWrite(
      db,
      update()
        .set({ nextAt: sql`${nextAt} + 1` })
        .where(and(sql`${leased}`, inArray(id, ofBudget))),
    ),
    forgetBudget: prepareWrite(
      db,
      db.update(webhookAttempts).set({ response: null }).where(inArray(webhookAttempts.deliveryId, ofBudget)),
    ),
    renewSince: prepareWrite(
      db,
      update()
        .set({ state: 'PENDING', tries: 0, leased: false, nextAt: now })
        .where(and(eq(endpointId, by.endpointId), isMissed, gte(createdAt, sql`${sql.placeholder('since')}`), isIdle)),
    ),
    giveUp: prepareWrite(
      db,
      update()
        .set({ state: 'FAILED', leased: false, nextAt: null })
        .where(and(eq(endpointId, by.endpointId), isWaiting, sql`NOT ${leased}`)),
    ),
  };
}
