import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Environment, JobStatus } from '../../../../domain/job.ts';
import type { LedgerEntryKind } from '../../../../domain/ledger.ts';
import { jobStatuses, ledgerEntryKinds } from '../../shared/enums.ts';
import { isRefund, oneOf } from '../../shared/predicates.ts';
import { accounts } from './accounts.ts';
import { jobs } from './jobs.ts';

/** One row per change of a job's state: by `version` they are the job's history, by `feed` the account's feed. */
export const jobEvents = sqliteTable(
  'job_events',
  {
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id),
    version: integer('version').notNull(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    feed: integer('feed').notNull(),
    status: text('status').$type<JobStatus>().notNull(),
    message: text('message').notNull(),
    occurredAt: integer('occurred_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.jobId, t.version] }),
    uniqueIndex('job_events_feed').on(t.accountId, t.feed),
    check('job_events_status', oneOf(t.status, jobStatuses)),
  ],
);

/** One row per change of an account's balance. Rows never change. */
export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    environment: text('environment').$type<Environment>().notNull(),
    number: integer('number').notNull(),
    kind: text('kind').$type<LedgerEntryKind>().notNull(),
    credits: integer('credits').notNull(),
    balanceAfter: integer('balance_after').notNull(),
    jobId: text('job_id').references(() => jobs.id),
    reason: text('reason'),
    idempotencyKey: text('idempotency_key'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('ledger_entries_number').on(t.accountId, t.number),
    // A job is captured once, and refunded once.
    uniqueIndex('ledger_entries_job').on(t.jobId, t.kind).where(sql`${t.jobId} IS NOT NULL`),
    uniqueIndex('ledger_entries_grant_key')
      .on(t.environment, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} IS NOT NULL`),
    index('ledger_entries_time').on(t.environment, t.createdAt, t.id),
    check('ledger_entries_kind', oneOf(t.kind, ledgerEntryKinds)),
    check(
      'ledger_entries_grant',
      sql`${t.kind} <> 'GRANT' OR (${t.credits} <> 0 AND ${t.jobId} IS NULL AND ${t.reason} IS NOT NULL)`,
    ),
    check(
      'ledger_entries_capture',
      sql`${t.kind} <> 'CAPTURE' OR (${t.credits} <= 0 AND ${t.jobId} IS NOT NULL AND ${t.reason} IS NULL AND ${t.idempotencyKey} IS NULL)`,
    ),
    check('ledger_entries_refund', sql`${t.kind} <> 'REFUND' OR (${isRefund(t)})`),
  ],
);
