import { sql } from 'drizzle-orm';
import { blob, check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Environment } from '../../../../domain/job.ts';
import type { WebhookDeliveryState, WebhookEventType } from '../../../../domain/webhook.ts';
import { deliveryStates, deliveryTypes, environments } from '../../shared/enums.ts';
import { isAwaitedTest, isAwaitingTurn, isUndelivered, oneOf } from '../../shared/predicates.ts';
import { jobs } from './jobs.ts';

/** One row per endpoint of webhooks. A deleted one stays until its deliveries are removed. `eventTypes` are separated by spaces. */
export const webhookEndpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    environment: text('environment').$type<Environment>().notNull(),
    allUsers: integer('all_users', { mode: 'boolean' }).notNull(),
    url: text('url').notNull(),
    description: text('description'),
    eventTypes: text('event_types').notNull(),
    enabled: integer('enabled', { mode: 'boolean' }).notNull(),
    disabledReason: text('disabled_reason'),
    createdAt: integer('created_at').notNull(),
    lastSuccessAt: integer('last_success_at'),
    faults: integer('faults').notNull(),
    failingSince: integer('failing_since'),
    slowUntil: integer('slow_until'),
    secret: blob('secret', { mode: 'buffer' }).notNull(),
    previousSecret: blob('previous_secret', { mode: 'buffer' }),
    previousSecretUntil: integer('previous_secret_until'),
    servedAt: integer('served_at').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [
    index('webhook_endpoints_by_owner').on(t.environment, t.owner, t.id).where(sql`${t.deletedAt} IS NULL`),
    index('webhook_endpoints_list').on(t.environment, t.id).where(sql`${t.deletedAt} IS NULL`),
    index('webhook_endpoints_of_all').on(t.environment).where(sql`${t.allUsers} AND ${t.deletedAt} IS NULL`),
    index('webhook_endpoints_deleted').on(t.deletedAt).where(sql`${t.deletedAt} IS NOT NULL`),
    check('webhook_endpoints_owner', sql`length(${t.owner}) BETWEEN 1 AND 255`),
    check('webhook_endpoints_environment', oneOf(t.environment, environments)),
    check('webhook_endpoints_url', sql`length(${t.url}) BETWEEN 1 AND 2048`),
    check('webhook_endpoints_types', sql`${t.eventTypes} <> ''`),
    check('webhook_endpoints_reason', sql`${t.disabledReason} IS NULL OR NOT ${t.enabled}`),
    check('webhook_endpoints_faults', sql`${t.faults} >= 0 AND (${t.faults} = 0) = (${t.failingSince} IS NULL)`),
    check('webhook_endpoints_secret', sql`length(${t.secret}) > 0 OR ${t.deletedAt} IS NOT NULL`),
    check('webhook_endpoints_previous', sql`(${t.previousSecret} IS NULL) = (${t.previousSecretUntil} IS NULL)`),
    check('webhook_endpoints_deleted', sql`${t.deletedAt} IS NULL OR NOT ${t.enabled}`),
  ],
);

/** One row per event and endpoint that is told of it. `nextAt` is schedule, lease and recovery in one. */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    id: text('id').primaryKey(),
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id),
    messageId: text('message_id').notNull(),
    type: text('type').$type<WebhookEventType>().notNull(),
    jobId: text('job_id').references(() => jobs.id),
    /** Of an event of a budget, which may be removed later. */
    budgetId: text('budget_id'),
    state: text('state').$type<WebhookDeliveryState>().notNull(),
    payload: text('payload').notNull(),
    tries: integer('tries').notNull(),
    claims: integer('claims').notNull(),
    leased: integer('leased', { mode: 'boolean' }).notNull(),
    nextAt: integer('next_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('webhook_deliveries_once').on(t.endpointId, t.jobId, t.type).where(sql`${t.jobId} IS NOT NULL`),
    index('webhook_deliveries_list').on(t.endpointId, t.id),
    index('webhook_deliveries_by_state').on(t.endpointId, t.state, t.id),
    index('webhook_deliveries_waiting').on(t.endpointId, t.nextAt).where(isAwaitingTurn(t)),
    index('webhook_deliveries_test').on(t.nextAt).where(isAwaitedTest(t)),
    index('webhook_deliveries_leased').on(t.endpointId, t.nextAt).where(sql`${t.leased}`),
    index('webhook_deliveries_missed').on(t.endpointId, t.createdAt).where(isUndelivered(t.state)),
    index('webhook_deliveries_old').on(t.createdAt).where(sql`${t.state} <> 'PENDING'`),
    index('webhook_deliveries_of_job').on(t.jobId).where(sql`${t.jobId} IS NOT NULL`),
    index('webhook_deliveries_of_budget').on(t.budgetId).where(sql`${t.budgetId} IS NOT NULL`),
    check('webhook_deliveries_type', oneOf(t.type, deliveryTypes)),
    check('webhook_deliveries_state', oneOf(t.state, deliveryStates)),
    check('webhook_deliveries_due', sql`(${t.state} = 'PENDING') = (${t.nextAt} IS NOT NULL)`),
    check('webhook_deliveries_lease', sql`NOT ${t.leased} OR ${t.state} = 'PENDING'`),
    check('webhook_deliveries_counters', sql`${t.tries} >= 0 AND ${t.claims} >= 0`),
    check('webhook_deliveries_job', sql`(${t.type} IN ('webhook.test', 'budget.reached')) = (${t.jobId} IS NULL)`),
    check('webhook_deliveries_budget', sql`(${t.type} = 'budget.reached') = (${t.budgetId} IS NOT NULL)`),
  ],
);

/** One row per attempt that has ended, by the claim that it came from. */
export const webhookAttempts = sqliteTable(
  'webhook_attempts',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id),
    number: integer('number').notNull(),
    at: integer('at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    httpStatus: integer('http_status'),
    error: text('error'),
    response: text('response'),
  },
  (t) => [
    primaryKey({ columns: [t.deliveryId, t.number] }),
    check('webhook_attempts_duration', sql`${t.durationMs} >= 0`),
    check('webhook_attempts_outcome', sql`${t.httpStatus} IS NOT NULL OR ${t.error} IS NOT NULL`),
  ],
);
