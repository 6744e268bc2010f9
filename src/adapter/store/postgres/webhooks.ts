import { and, asc, eq, getTableColumns, inArray, lte, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import type { WebhookDelivery } from '../../../domain/webhook.ts';
import { attemptsAtOnce, deliveryClaimed, type WebhookPair } from '../../../domain/webhook-schedule.ts';
import type { WaitingWebhooks, WebhookClaim, WebhookRecords } from '../../../ports/webhook.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isAwaitedTest, isAwaitingTurn } from '../shared/predicates.ts';
import { type Candidate, candidatesSql, sharesOf, switchesOff, waitingSql } from '../shared/webhook-rows.ts';
import type { Now } from './engine/now.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from './tables/webhooks.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';
import type { WebhookEndpoints } from './webhook-endpoints.ts';

/** The parts that claims, outcomes and removals go through. */
export type WebhookDeps = {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
  readonly nowOf: Now;
};

/**
 * What is done to endpoints and deliveries together, inside the caller's transaction. Whoever writes both locks the endpoint first, so no
 * two transactions wait for each other.
 */
export type Webhooks = {
  readonly claim: (order: WebhookClaim, now: number) => Promise<readonly WebhookPair[]>;
  readonly settle: WebhookRecords['settleWebhook'];
  readonly change: WebhookRecords['changeWebhookEndpoint'];
  readonly count: WebhookRecords['countWebhooks'];
  readonly prune: WebhookRecords['pruneWebhooks'];
};

/** Prepares the statements on endpoints and deliveries together. */
export function createWebhooks(db: Db, { endpoints, deliveries, nowOf }: WebhookDeps): Webhooks {
  const { due, tests, leases } = prepareStatements(db);

  async function take(
    rows: readonly WebhookDelivery[],
    find: (endpointId: string) => Promise<WebhookPair['endpoint'] | null>,
    now: number,
  ): Promise<readonly WebhookPair[]> {
    const taken: WebhookPair[] = [];
    for (const row of rows) {
      const endpoint = await find(row.endpointId);
      const delivery = deliveryClaimed(row, now);
      if (endpoint !== null && (await deliveries.write(delivery, row.claims))) taken.push({ endpoint, delivery });
    }
    return taken;
  }

  /** Claims for one endpoint, unless another node is at it. Its leases are counted again under the lock. */
  async function takeFor(id: string, most: number, now: number): Promise<readonly WebhookPair[]> {
    const endpoint = await endpoints.lock(id, 'skip');
    if (endpoint === null || !endpoint.enabled) return [];
    const leased = firstOf(await leases.execute({ endpointId: id, now }))?.count ?? 0;
    const limit = Math.min(most, attemptsAtOnce - leased);
    if (limit < 1) return [];
    await endpoints.serve(id, now);
    return take(await due.execute({ endpointId: id, now, limit }), async () => endpoint, now);
  }

  const change: Webhooks['change'] = async (id, decide) => {
    const known = await endpoints.lock(id, 'wait');
    if (known === null) return null;
    const endpoint = decide(known);
    await endpoints.write(endpoint);
    // What is being sent now ends as it ends; nobody claims more.
    if (switchesOff({ endpoint: known }, { endpoint })) await deliveries.giveUp(id);
    return endpoint;
  };

  return {
    change,
    claim: async ({ slots, failingSlots }, given) => {
      if (slots < 1) return [];
      const now = await nowOf(given);
      const claimed = [...(await take(await tests.execute({ now, limit: slots }), endpoints.find, now))];
      const order = { slots: slots - claimed.length, failingSlots };
      for (const { id, count } of sharesOf(await readCandidates(db, now), order))
        claimed.push(...(await takeFor(id, count, now)));
      return claimed;
    },
    settle: async (claimed, attempt, decide) => {
      const endpoint = await endpoints.lock(claimed.endpointId, 'wait');
      const delivery = await deliveries.lock(claimed.id);
      if (endpoint === null || delivery === null || delivery.claims !== claimed.claims) return null;
      const settled = decide({ endpoint, delivery });
      await deliveries.write(settled.delivery, delivery.claims);
      await deliveries.log(claimed, attempt);
      await change(endpoint.id, () => settled.endpoint);
      return settled;
    },
    count: async (environment, given) => readWaiting(db, environment, await nowOf(given)),
    prune: async (madeBefore, limit) => prune(db, await endpoints.deleted(), madeBefore, limit),
  };
}

/** The endpoints that have due deliveries. */
async function readCandidates(db: Db, now: number): Promise<readonly Candidate[]> {
  const found: unknown = await db.execute(sql.raw(candidatesSql(String(now))));
  // Both drivers return the rows in this member, and the statement has these columns. An integer of 64 bits may come as text.
  const { rows } = found as { rows: readonly (Omit<Candidate, 'servedAt'> & { servedAt: string | number })[] };
  return rows.map((row) => ({ ...row, servedAt: Number(row.servedAt) }));
}

async function readWaiting(db: Db, environment: Environment, now: number): Promise<WaitingWebhooks> {
  // Only two words can be an environment.
  const found: unknown = await db.execute(sql.raw(waitingSql(`'${environment}'`, String(now))));
  // Both drivers return the rows in this member, and the statement has one row with these columns.
  const { rows } = found as { rows: readonly WaitingWebhooks[] };
  return rows[0] ?? { due: 0, sending: 0, later: 0 };
}

function prepareStatements(db: Db) {
  const { endpointId, nextAt, leased } = webhookDeliveries;
  const by = boundTo(getTableColumns(webhookDeliveries));
  const now = sql`${sql.placeholder('now')}::bigint`;
  const ofEndpoint = eq(endpointId, by.endpointId);
  return {
    due: db
      .select()
      .from(webhookDeliveries)
      .where(and(ofEndpoint, isAwaitingTurn(webhookDeliveries), lte(nextAt, now)))
      .orderBy(asc(nextAt))
      .limit(sql.placeholder('limit'))
      .for('no key update', { skipLocked: true })
      .prepare('deliveries_due'),
    tests: db
      .select()
      .from(webhookDeliveries)
      .where(and(isAwaitedTest(webhookDeliveries), lte(nextAt, now)))
      .orderBy(asc(nextAt))
      .limit(sql.placeholder('limit'))
      .for('no key update', { skipLocked: true })
      .prepare('deliveries_test'),
    leases: db
      .select({ count: sql`count(*)`.mapWith(Number) })
      .from(webhookDeliveries)
      .where(and(ofEndpoint, sql`${leased}`, sql`${nextAt} > ${now}`))
      .prepare('deliveries_leased'),
  };
}

async function prune(db: Db, deleted: readonly string[], madeBefore: number, limit: number): Promise<number> {
  const { id, state, createdAt, endpointId } = webhookDeliveries;
  const old = await db
    .select({ id })
    .from(webhookDeliveries)
    .where(and(sql`${state} <> 'PENDING'`, sql`${createdAt} < ${madeBefore}::bigint`))
    .orderBy(asc(createdAt))
    .limit(limit);
  const ids = new Set(old.map((row) => row.id));
  for (const endpoint of deleted) {
    const own = await db
      .select({ id })
      .from(webhookDeliveries)
      .where(eq(endpointId, endpoint))
      .limit(Math.max(0, limit - ids.size));
    for (const row of own) ids.add(row.id);
    // Its row goes much later: an event that was being written while it was deleted may refer to it.
    const isOld = and(eq(webhookEndpoints.id, endpoint), sql`${webhookEndpoints.deletedAt} < ${madeBefore}::bigint`);
    if (own.length === 0 && ids.size < limit) await db.delete(webhookEndpoints).where(isOld);
  }
  if (ids.size === 0) return 0;
  await db.delete(webhookAttempts).where(inArray(webhookAttempts.deliveryId, [...ids]));
  await db.delete(webhookDeliveries).where(inArray(id, [...ids]));
  return ids.size;
}
