import { and, asc, desc, eq, getTableColumns, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Job } from '../../../domain/job.ts';
import type { AccountKey } from '../../../domain/ledger.ts';
import {
  type JobEventType,
  newDeliveryOf,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDeliveryState,
  type WebhookEvent,
} from '../../../domain/webhook.ts';
import { deliveryRenewed } from '../../../domain/webhook-schedule.ts';
import { budgetIdOf } from '../../../ports/budget.ts';
import type { LoggedDelivery } from '../../../ports/webhook.ts';
import type { Page, Slice } from '../../../ports.ts';
import { budgetPeriods } from '../shared/enums.ts';
import { columnsOf } from '../shared/job-columns.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type DescribeEvent, deliveryColumns, withAttempts } from '../shared/webhook-rows.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from './tables/webhooks.ts';
import type { WebhookEndpoints } from './webhook-endpoints.ts';

/** The deliveries of webhooks and their attempts. Functions that write more than one row run inside the caller's transaction. */
export type WebhookDeliveries = {
  readonly add: (delivery: WebhookDelivery) => Promise<void>;
  /** Adds a delivery for each endpoint that is notified of an event. */
  readonly enqueue: (event: WebhookEvent) => Promise<void>;
  readonly find: (id: string) => Promise<LoggedDelivery | null>;
  /** Reads a delivery without its attempts, and locks it until the transaction ends. */
  readonly lock: (id: string) => Promise<WebhookDelivery | null>;
  readonly list: (
    endpointId: string,
    state: WebhookDeliveryState | null,
    page: Page<string>,
  ) => Promise<Slice<LoggedDelivery>>;
  /** False when somebody else has claimed it since it was read. */
  readonly write: (delivery: WebhookDelivery, decidedOn: number) => Promise<boolean>;
  readonly log: (delivery: WebhookDelivery, attempt: WebhookAttempt) => Promise<void>;
  /** Newest first. */
  readonly listOfJob: (jobId: string, limit: number) => Promise<readonly LoggedDelivery[]>;
  readonly renew: (id: string, now: number) => Promise<LoggedDelivery | null>;
  readonly renewSince: (endpointId: string, since: number, now: number) => Promise<number>;
  /** FAILED is everything that waits for an endpoint, but for what is being sent. */
  readonly giveUp: (endpointId: string) => Promise<void>;
  /** Forgets what receivers answered to the events of a user's own budgets. */
  readonly forgetBudgets: (account: AccountKey) => Promise<void>;
  /** Writes the bodies of a deleted job anew, and forgets what receivers said. */
  readonly erase: (job: Job) => Promise<void>;
};

/** What the deliveries need beside their connection. */
export type DeliveryDeps = {
  readonly newId: () => string;
  readonly describe: DescribeEvent;
  readonly endpoints: WebhookEndpoints;
};

/** Prepares the statements on deliveries. */
export function createWebhookDeliveries(db: Db, { newId, describe, endpoints }: DeliveryDeps): WebhookDeliveries {
  const statements = { ...prepareStatements(db), ...prepareForgetting(db) };
  const logged = async (rows: readonly WebhookDelivery[]): Promise<readonly LoggedDelivery[]> => {
    const ids = rows.map(({ id }) => id);
    return withAttempts(rows, ids.length === 0 ? [] : await statements.attempts.execute({ ids }));
  };
  const find = async (id: string) => (await logged(await statements.find.execute({ id })))[0] ?? null;
  const write: WebhookDeliveries['write'] = async (delivery, decidedOn) =>
    (await statements.write.execute({ ...delivery, decidedOn })).length > 0;
  const listOf = (endpointId: string, state: WebhookDeliveryState | null): Listed<LoggedDelivery, string> => ({
    rising: false,
    keys: idKeys,
    read: async (keyRange, end, limit) => {
      const at = { ...keyRange, endpointId, limit };
      const { all, inState } = statements;
      return logged(await (state === null ? all[end].execute(at) : inState[end].execute({ ...at, state })));
    },
  });

  return {
    find,
    write,
    lock: async (id) => firstOf(await statements.lock.execute({ id })),
    add: async (delivery) => void (await statements.insert.execute(delivery)),
    enqueue: async (event) => {
      const told = await endpoints.toldOf(event);
      if (told.length === 0) return;
      const made = describe(event);
      for (const endpoint of told) await statements.insert.execute(newDeliveryOf(endpoint, { ...made, id: newId() }));
    },
    list: (endpointId, state, page) => sliceOf(listOf(endpointId, state), page),
    log: async ({ id, claims }, attempt) =>
      void (await statements.log.execute({ ...attempt, deliveryId: id, number: claims })),
    renew: async (id, now) => {
      const known = await find(id);
      if (known === null || (await endpoints.find(known.endpointId)) === null) return null;
      if (known.leased && (known.nextAt ?? 0) > now) return known;
      const renewed = deliveryRenewed(known, now);
      return (await write(renewed, known.claims)) ? { ...known, ...renewed } : find(id);
    },
    renewSince: async (endpointId, since, now) =>
      (await statements.renewSince.execute({ endpointId, since, now })).length,
    giveUp: async (endpointId) => void (await statements.giveUp.execute({ endpointId })),
    listOfJob: async (jobId, limit) => {
      // A job has few: some for each endpoint that is notified of it.
      const rows = await statements.seenOfJob.execute({ jobId });
      return logged(rows.toSorted((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit));
    },
    forgetBudgets: async (account) => {
      for (const period of budgetPeriods) {
        const ofBudget = { environment: account.environment, budgetId: budgetIdOf({ ...account, period }) };
        // First what is under way: an attempt that is being logged has its response in the row when the next statement looks.
        await statements.interruptBudget.execute(ofBudget);
        await statements.forgetBudget.execute(ofBudget);
      }
    },
    erase: async (job) => {
      for (const { id, type, createdAt } of await statements.ofJob.execute({ jobId: job.id })) {
        // Only events of a job refer to one.
        const ofJob = type as JobEventType;
        const { payload } = describe({ type: ofJob, job, occurredAt: createdAt });
        await statements.rewrite.execute({ id, payload });
        await statements.forget.execute({ deliveryId: id });
      }
    },
  };
}

function prepareStatements(db: Db) {
  const { id, endpointId, jobId, claims, state, leased, nextAt, type, createdAt } = webhookDeliveries;
  const by = boundTo(getTableColumns(webhookDeliveries));
  const ofAttempt = boundTo(getTableColumns(webhookAttempts));
  const select = (where: SQL | undefined) => db.select().from(webhookDeliveries).where(where);
  const update = () => db.update(webhookDeliveries);
  const now = sql`${sql.placeholder('now')}::bigint`;
  const isIdle = sql`(NOT ${leased} OR ${nextAt} <= ${now})`;
  const isMissed = sql`${state} <> 'DELIVERED' AND ${type} <> 'webhook.test'`;
  const isWaiting = sql`${state} = 'PENDING' AND ${type} <> 'webhook.test'`;
  const place = and(gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  const read = (where: SQL | undefined, name: string) => (end: End) =>
    select(and(eq(endpointId, by.endpointId), where, place))
      .orderBy(end === 'low' ? asc(id) : desc(id))
      .limit(sql.placeholder('limit'))
      .prepare(`${name}_${end}`);
  const all = read(undefined, 'deliveries');
  const inState = read(eq(state, by.state), 'deliveries_in_state');
  return {
    insert: db.insert(webhookDeliveries).values(by).prepare('delivery_insert'),
    find: select(eq(id, by.id)).prepare('delivery_find'),
    lock: select(eq(id, by.id)).for('no key update').prepare('delivery_lock'),
    ofJob: select(eq(jobId, by.jobId)).for('no key update').prepare('deliveries_of_job'),
    seenOfJob: select(eq(jobId, by.jobId)).prepare('deliveries_seen_of_job'),
    all: { low: all('low'), high: all('high') },
    inState: { low: inState('low'), high: inState('high') },
    attempts: db
      .select()
      .from(webhookAttempts)
      .where(sql`${webhookAttempts.deliveryId} = ANY(${sql.placeholder('ids')}::text[])`)
      .orderBy(asc(webhookAttempts.number))
      .prepare('attempts_of_deliveries'),
    write: update()
      .set(boundTo(columnsOf(webhookDeliveries, deliveryColumns)))
      .where(and(eq(id, by.id), eq(claims, sql`${sql.placeholder('decidedOn')}`)))
      .returning({ id })
      .prepare('delivery_write'),
    log: db.insert(webhookAttempts).values(ofAttempt).prepare('attempt_insert'),
    renewSince: update()
      .set({ state: 'PENDING', tries: 0, leased: false, nextAt: now })
      .where(
        and(eq(endpointId, by.endpointId), isMissed, gte(createdAt, sql`${sql.placeholder('since')}::bigint`), isIdle),
      )
      .returning({ id })
      .prepare('deliveries_renew'),
    giveUp: update()
      .set({ state: 'FAILED', leased: false, nextAt: null })
      .where(and(eq(endpointId, by.endpointId), isWaiting, sql`NOT ${leased}`))
      .prepare('deliveries_give_up'),
    // Moves a lease, by which `keptOf` knows.
    rewrite: update()
      .set({ payload: by.payload, nextAt: sql`${nextAt} + ${leased}::int` })
      .where(eq(id, by.id))
      .prepare('delivery_rewrite'),
    forget: db
      .update(webhookAttempts)
      .set({ response: null })
      .where(eq(webhookAttempts.deliveryId, ofAttempt.deliveryId))
      .prepare('attempts_forget'),
  };
}

/** Prepares the statements that forget what receivers answered to the events of a budget. */
function prepareForgetting(db: Db) {
  const { id, endpointId, leased, nextAt, budgetId } = webhookDeliveries;
  const by = boundTo({ budgetId });
  const inEnvironment = boundTo({ environment: webhookEndpoints.environment });
  const ofBudget = db
    .select({ id })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, endpointId))
    .where(and(eq(budgetId, by.budgetId), eq(webhookEndpoints.environment, inEnvironment.environment)));
  return {
    // Moves the leases, by which `keptOf` knows.
    interruptBudget: db
      .update(webhookDeliveries)
      .set({ nextAt: sql`${nextAt} + 1` })
      .where(and(sql`${leased}`, inArray(id, ofBudget)))
      .prepare('deliveries_interrupt_budget'),
    forgetBudget: db
      .update(webhookAttempts)
      .set({ response: null })
      .where(inArray(webhookAttempts.deliveryId, ofBudget))
      .prepare('attempts_forget_budget'),
  };
}
