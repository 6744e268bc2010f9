import type { WriteWebhookBody } from '../../../ports/webhook.ts';
import { type ScanBounds, scanBounds } from '../shared/scan.ts';
import { createDescribeEvent, plainBody } from '../shared/webhook-rows.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type Admit, createAdmit } from './admit.ts';
import { type ApiKeys, createApiKeys } from './api-keys.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { createWriteChange, type WriteChange } from './changes.ts';
import { type Copies, createCopies } from './copies.ts';
import { createDatabaseNow, givenNow, type Now } from './engine/now.ts';
import type { Db } from './engine/statements.ts';
import { createErasures, type Erasures } from './erasures.ts';
import { createExports, type Exports } from './exports.ts';
import { createHistory, type History } from './history.ts';
import { createIncarnation, type Incarnation } from './incarnation.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRecover, type Recover } from './recovery.ts';
import { type BookRefund, createBookRefund } from './refunds.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createSettings, type Settings } from './settings.ts';
import { createStatistics, type Statistics } from './statistics.ts';
import { createUsage, type Usage } from './usage.ts';
import { createWebhookDeliveries, type WebhookDeliveries } from './webhook-deliveries.ts';
import { createWebhookEndpoints, type WebhookEndpoints } from './webhook-endpoints.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** Everything the store can do on one connection, with its statements prepared. */
export type Verbs = {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly ledger: Ledger;
  readonly budgets: Budgets;
  readonly erasures: Erasures;
  readonly history: History;
  readonly jobs: Jobs;
  readonly bookRefund: BookRefund;
  readonly usage: Usage;
  readonly exports: Exports;
  readonly admit: Admit;
  readonly write: WriteChange;
  readonly copies: Copies;
  readonly schedule: Schedule;
  readonly recover: Recover;
  readonly statistics: Statistics;
  readonly apiKeys: ApiKeys;
  readonly settings: Settings;
  readonly incarnation: Incarnation;
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
  readonly webhooks: Webhooks;
  readonly now: Now;
};

/** What verbs need in addition to their connection. */
export type VerbOptions = {
  /** Makes ids that sort by time (UUIDv7). */
  readonly newId: () => string;
  /** The clock that decides what is due: the database's, or in tests the `now` that the caller gives. */
  readonly clock: 'database' | 'given';
  /** Writes the bodies of webhooks; absent in a command, which has no events. */
  readonly writeBody?: WriteWebhookBody;
  /** Absent: as every store that serves. */
  readonly bounds?: ScanBounds;
};

/** Prepares the verbs of a connection. */
export function createVerbs(db: Db, { newId, clock, writeBody = plainBody, bounds = scanBounds }: VerbOptions): Verbs {
  const now = createDatabaseNow(db);
  const dueNow = clock === 'database' ? now : givenNow;
  const accounts = createAccounts(db);
  const audit = createAudit(db);
  const ledger = createLedger(db, { accounts, audit, newId });
  const budgets = createBudgets(db);
  const history = createHistory(db, accounts);
  const endpoints = createWebhookEndpoints(db, accounts);
  const deliveries = createWebhookDeliveries(db, { newId, endpoints, describe: createDescribeEvent(newId, writeBody) });
  const erasures = createErasures(db, { accounts, audit, deliveries });
  const jobs = createJobs(db, accounts, bounds);
  const write = createWriteChange(db, { accounts, ledger, budgets, erasures, history, deliveries });
  return {
    accounts,
    audit,
    ledger,
    budgets,
    erasures,
    history,
    jobs,
    bookRefund: createBookRefund({ jobs, accounts, ledger, audit }),
    usage: createUsage(db),
    exports: createExports(db),
    admit: createAdmit(db, { accounts, budgets, history, deliveries }),
    write,
    copies: createCopies(db, dueNow, deliveries),
    schedule: createSchedule(db, write, dueNow),
    recover: createRecover(db, dueNow),
    statistics: createStatistics(db),
    apiKeys: createApiKeys(db, audit),
    settings: createSettings(db),
    incarnation: createIncarnation(db, write),
    endpoints,
    deliveries,
    webhooks: createWebhooks(db, { endpoints, deliveries, nowOf: dueNow }),
    now,
  };
}
