import { and, asc, eq, getTableColumns, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import type { WebhookDelivery } from '../../../domain/webhook.ts';
import { attemptsAtOnce, deliveryClaimed, type WebhookPair } from '../../../domain/webhook-schedule.ts';
import type { WaitingWebhooks, WebhookClaim, WebhookRecords } from '../../../ports/webhook.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isAwaitedTest, isAwaitingTurn, isUndelivered } from '../shared/predicates.ts';
import {
  type Candidate,
  candidatesSql,
  keptOf,
  sharesOf,
  switchesOff,
  testCandidatesSql,
  waitingSql,
} from '../shared/webhook-rows.ts';
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
  const { due, tests } = prepareStatements(db);

  async function take(
    endpoint: WebhookPair['endpoint'],
    rows: readonly WebhookDelivery[],
    now: number,
  ): Promise<readonly WebhookPair[]> {
    const taken: WebhookPair[] = [];
    for (const row of rows) {
      const delivery = deliveryClaimed(row, now);
      if (await deliveries.write(delivery, row.claims)) taken.push({ endpoint, delivery });
    }
    return taken;
  }

  /** Claims for one endpoint, unless another node is at it. Its leases are counted again under the lock. */
  async function takeFor(id: string, most: number, now: number, which: typeof due): Promise<readonly WebhookPair[]> {
    const endpoint = await endpoints.lock(id, 'skip');
    if (endpoint === null || !(endpoint.enabled || which === tests)) return [];
    const leased = firstOf(await which.leases.execute({ endpointId: id, now }))?.count ?? 0;
    const limit = Math.min(most, attemptsAtOnce - leased);
    if (limit < 1) return [];
    await endpoints.serve(id, now);
    return take(endpoint, await which.rows.execute({ endpointId: id, now, limit }), now);
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
    claim: async ({ slots, failingSlots, testSlots }, given) => {
      if (slots < 1) return [];
      const now = await nowOf(given);
      const claimed: WebhookPair[] = [];
      const ofTests = { slots: Math.min(slots, testSlots), failingSlots: 0 };
      for (const { id, count } of sharesOf(await readCandidates(db, testCandidatesSql(String(now))), ofTests))
        claimed.push(...(await takeFor(id, count, now, tests)));
      const order = { slots: slots - claimed.length, failingSlots };
      for (const { id, count } of sharesOf(await readCandidates(db, candidatesSql(String(now))), order))
        claimed.push(...(await takeFor(id, count, now, due)));
      return claimed;
    },
    settle: async (claimed, attempt, decide) => {
      const endpoint = await endpoints.lock(claimed.endpointId, 'wait');
      const delivery = await deliveries.lock(claimed.id);
      if (endpoint === null || delivery === null || delivery.claims !== claimed.claims) return null;
      const settled = decide({ endpoint, delivery });
      await deliveries.write(settled.delivery, delivery.claims);
      await deliveries.log(claimed, keptOf(attempt, claimed, delivery));
      await change(endpoint.id, () => settled.endpoint);
      return settled;
    },
    count: async (environment, given) => readWaiting(db, environment, await nowOf(given)),
    prune: async (madeBefore, limit) => prune(db, await endpoints.deleted(), madeBefore, limit),
  };
}

/** The endpoints that have due deliveries, or tests. */
async function readCandidates(db: Db, text: string): Promise<readonly Candidate[]> {
  const found: unknown = await db.execute(sql.raw(text));
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
  /** The rows of a kind that are due, and the leases that count against them. */
  const prepareKind = (kind: SQL, counted: SQL | undefined, name: string) => ({
    rows: db
      .select()
      .from(webhookDeliveries)
      .where(and(ofEndpoint, kind, lte(nextAt, now)))
      .orderBy(asc(nextAt))
      .limit(sql.placeholder('limit'))
      .for('no key update', { skipLocked: true })
      .prepare(`deliveries_${name}`),
    leases: db
      .select({ count: sql`count(*)`.mapWith(Number) })
      .from(webhookDeliveries)
      .where(and(ofEndpoint, counted, sql`${leased}`, sql`${nextAt} > ${now}`))
      .prepare(`deliveries_${name}_leased`),
  });
  const isTest = isAwaitedTest(webhookDeliveries);
  return {
    due: prepareKind(isAwaitingTurn(webhookDeliveries), undefined, 'due'),
    tests: prepareKind(isTest, isTest, 'test'),
  };
}

async function prune(db: Db, deleted: readonly string[], madeBefore: number, limit: number): Promise<number> {
  const { id, state, createdAt, endpointId } = webhookDeliveries;
  const { enabled } = webhookEndpoints;
  // An endpoint that is off may stay so: what was asked for again meanwhile would wait for ever.
  const stranded = db
    .select({ id })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, endpointId))
    .where(
      and(
        sql`NOT ${enabled} AND ${isUndelivered(state)}`,
        eq(state, 'PENDING'),
        sql`${createdAt} < ${madeBefore}::bigint`,
      ),
    )
    .limit(limit);
  await db.update(webhookDeliveries).set({ state: 'FAILED', leased: false, nextAt: null }).where(inArray(id, stranded));
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
