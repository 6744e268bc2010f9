import { and, asc, desc, eq, getTableColumns, gte, lt, type SQL, sql } from 'drizzle-orm';
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
import { type AttemptRow, type DescribeEvent, deliveryColumns, withAttempts } from '../shared/webhook-rows.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { webhookAttempts, webhookDeliveries } from './tables/webhooks.ts';
import { prepareBulk } from './webhook-bulk.ts';
import type { WebhookEndpoints } from './webhook-endpoints.ts';

/** The deliveries of webhooks and their attempts. Functions that write run inside the caller's transaction. */
export type WebhookDeliveries = {
  readonly add: (delivery: WebhookDelivery) => void;
  /** Adds a delivery for each endpoint that is notified of an event. */
  readonly enqueue: (event: WebhookEvent) => void;
  readonly find: (id: string) => LoggedDelivery | null;
  readonly list: (endpointId: string, state: WebhookDeliveryState | null, page: Page<string>) => Slice<LoggedDelivery>;
  /** False when somebody else has claimed it since it was read. */
  readonly write: (delivery: WebhookDelivery, decidedOn: number) => boolean;
  readonly log: (delivery: WebhookDelivery, attempt: WebhookAttempt) => void;
  /** Newest first. */
  readonly listOfJob: (jobId: string, limit: number) => readonly LoggedDelivery[];
  readonly renew: (id: string, now: number) => LoggedDelivery | null;
  readonly renewSince: (endpointId: string, since: number, now: number) => number;
  /** FAILED is everything that waits for an endpoint, but for what is being sent. */
  readonly giveUp: (endpointId: string) => void;
  /** Forgets what receivers answered to the events of a user's own budgets. */
  readonly forgetBudgets: (account: AccountKey) => void;
  /** Writes the bodies of a deleted job anew, and forgets what receivers said. */
  readonly erase: (job: Job) => void;
};

/** What the deliveries need beside their connection. */
export type DeliveryDeps = {
  readonly newId: () => string;
  readonly describe: DescribeEvent;
  readonly endpoints: WebhookEndpoints;
};

/** Prepares the statements on deliveries. */
export function createWebhookDeliveries(db: Db, { newId, describe, endpoints }: DeliveryDeps): WebhookDeliveries {
  const statements = { ...prepareStatements(db), ...prepareBulk(db) };
  const logged = (rows: readonly WebhookDelivery[]): readonly LoggedDelivery[] => {
    const ids = JSON.stringify(rows.map(({ id }) => id));
    return withAttempts(rows, rows.length === 0 ? [] : statements.attempts.all({ ids }));
  };
  const find = (id: string) => logged(statements.find.all({ id }))[0] ?? null;
  const write: WebhookDeliveries['write'] = (delivery, decidedOn) => statements.write({ ...delivery, decidedOn }) > 0;
  const listOf = (endpointId: string, state: WebhookDeliveryState | null): Listed<LoggedDelivery, string> => ({
    rising: false,
    keys: idKeys,
    keyOf: ({ id }) => id,
    read: (keyRange, end, limit) => {
      const at = { ...keyRange, endpointId };
      const { all, inState } = statements;
      return logged(state === null ? all[end](limit).all(at) : inState[end](limit).all({ ...at, state }));
    },
  });

  return {
    find,
    write,
    add: (delivery) => void statements.insert(delivery),
    enqueue: (event) => {
      const told = endpoints.toldOf(event);
      if (told.length === 0) return;
      const made = describe(event);
      for (const endpoint of told) statements.insert(newDeliveryOf(endpoint, { ...made, id: newId() }));
    },
    list: (endpointId, state, page) => sliceOf(listOf(endpointId, state), page),
    log: ({ id, claims }, attempt) => void statements.log({ ...attempt, deliveryId: id, number: claims }),
    renew: (id, now) => {
      const known = find(id);
      if (known === null || endpoints.find(known.endpointId) === null) return null;
      if (known.leased && (known.nextAt ?? 0) > now) return known;
      const renewed = deliveryRenewed(known, now);
      write(renewed, known.claims);
      return { ...known, ...renewed };
    },
    renewSince: (endpointId, since, now) => statements.renewSince({ endpointId, since, now }),
    giveUp: (endpointId) => void statements.giveUp({ endpointId }),
    listOfJob: (jobId, limit) => {
      // A job has few: some for each endpoint that is notified of it.
      const rows = statements.ofJob.all({ jobId }).toSorted((one, other) => (one.id < other.id ? 1 : -1));
      return logged(rows.slice(0, limit));
    },
    forgetBudgets: (account) => {
      for (const period of budgetPeriods) {
        const ofBudget = { environment: account.environment, budgetId: budgetIdOf({ ...account, period }) };
        statements.interruptBudget(ofBudget);
        statements.forgetBudget(ofBudget);
      }
    },
    erase: (job) => {
      const rows = statements.ofJob.all({ jobId: job.id });
      for (const { id, type, createdAt } of rows) {
        // Only events of a job refer to one.
        const ofJob = type as JobEventType;
        const { payload } = describe({ type: ofJob, job, occurredAt: createdAt });
        statements.rewrite({ id, payload });
        statements.forget({ deliveryId: id });
      }
    },
  };
}

const columns = getTableColumns(webhookDeliveries);

function prepareStatements(db: Db) {
  const { id, endpointId, jobId, claims, state, leased, nextAt } = webhookDeliveries;
  const by = boundTo(columns);
  const ofAttempt = boundTo(getTableColumns(webhookAttempts));
  const select = (where: SQL | undefined) => db.select().from(webhookDeliveries).where(where);
  const range = (where: SQL | undefined) =>
    and(
      eq(endpointId, by.endpointId),
      where,
      gte(id, sql`${sql.placeholder('from')}`),
      lt(id, sql`${sql.placeholder('to')}`),
    );
  const read = (where: SQL | undefined) => (end: End) =>
    perLimit((limit) =>
      prepareRows<WebhookDelivery>(
        db,
        columns,
        select(range(where))
          .orderBy(end === 'low' ? asc(id) : desc(id))
          .limit(limit),
      ),
    );
  const all = read(undefined);
  const inState = read(eq(state, by.state));
  const isInIds = sql`${webhookAttempts.deliveryId} IN (SELECT value FROM json_each(${sql.placeholder('ids')}))`;
  const update = () => db.update(webhookDeliveries);
  return {
    insert: prepareWrite(db, db.insert(webhookDeliveries).values(by)),
    find: prepareRows<WebhookDelivery>(db, columns, select(eq(id, by.id))),
    ofJob: prepareRows<WebhookDelivery>(db, columns, select(eq(jobId, by.jobId))),
    all: { low: all('low'), high: all('high') },
    inState: { low: inState('low'), high: inState('high') },
    attempts: prepareRows<AttemptRow>(
      db,
      getTableColumns(webhookAttempts),
      db
        .select()
        .from(webhookAttempts)
        .where(isInIds)
        .orderBy(asc(webhookAttempts.deliveryId), asc(webhookAttempts.number)),
    ),
    write: prepareWrite(
      db,
      update()
        .set(boundTo(columnsOf(webhookDeliveries, deliveryColumns)))
        .where(and(eq(id, by.id), eq(claims, sql`${sql.placeholder('decidedOn')}`))),
    ),
    log: prepareWrite(db, db.insert(webhookAttempts).values(ofAttempt)),
    // Moves a lease, by which `keptOf` knows.
    rewrite: prepareWrite(
      db,
      update()
        .set({ payload: by.payload, nextAt: sql`${nextAt} + ${leased}` })
        .where(eq(id, by.id)),
    ),
    forget: prepareWrite(
      db,
      db.update(webhookAttempts).set({ response: null }).where(eq(webhookAttempts.deliveryId, ofAttempt.deliveryId)),
    ),
  };
}
