import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  check,
  foreignKey,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { JobFailureCode } from '../../../../domain/failure-code.ts';
import type { AspectRatio, Environment, JobState } from '../../../../domain/job.ts';
import { jobChecks } from '../../shared/job-columns.ts';
import { hasDeadline, isBeingSent, isPolled, isUnsent, isWithoutResult } from '../../shared/predicates.ts';
import { accounts } from './accounts.ts';

/** One row per job. A running job's row is itself the hold of its price, so a job cannot be held or settled twice. */
export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    number: integer('number').notNull(),
    owner: text('owner').notNull(),
    environment: text('environment').$type<Environment>().notNull(),
    idempotencyKey: text('idempotency_key'),
    retryOf: text('retry_of').references((): AnySQLiteColumn => jobs.id),
    prompt: text('prompt').notNull(),
    aspectRatio: text('aspect_ratio').$type<AspectRatio>().notNull(),
    seed: integer('seed').notNull(),
    externalId: text('external_id'),
    priceCredits: integer('price_credits').notNull(),
    state: text('state').$type<JobState>().notNull(),
    version: integer('version').notNull(),
    requestId: text('request_id'),
    pollUrl: text('poll_url'),
    videoUrl: text('video_url'),
    videoContentType: text('video_content_type'),
    videoExpiresAt: integer('video_expires_at'),
    lateVideoUrl: text('late_video_url'),
    lateVideoContentType: text('late_video_content_type'),
    lateVideoExpiresAt: integer('late_video_expires_at'),
    failureCode: text('failure_code').$type<JobFailureCode>(),
    failureMessage: text('failure_message'),
    failureHttpStatus: integer('failure_http_status'),
    estimateQuantiles: text('estimate_quantiles', { mode: 'json' }).$type<readonly number[]>().notNull(),
    estimateSampleSize: integer('estimate_sample_size').notNull(),
    faults: integer('faults').notNull(),
    resends: integer('resends').notNull(),
    createdAt: integer('created_at').notNull(),
    submittedAt: integer('submitted_at'),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
    deadlineAt: integer('deadline_at').notNull(),
    pollAt: integer('poll_at'),
    polledAt: integer('polled_at'),
    tokenId: text('token_id'),
    maxCredits: integer('max_credits'),
    // What the provider says is kept as it says it: no CHECK may stand between a paid video and its row.
    seedUsed: integer('seed_used'),
    providerCost: real('provider_cost'),
    providerMessage: text('provider_message'),
    providerHttpStatus: integer('provider_http_status'),
    outputMissingSince: integer('output_missing_since'),
    unknownVideo: integer('unknown_video', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    foreignKey({
      columns: [t.accountId, t.owner, t.environment],
      foreignColumns: [accounts.id, accounts.owner, accounts.environment],
    }),
    uniqueIndex('jobs_idempotency_key')
      .on(t.owner, t.environment, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} IS NOT NULL`),
    uniqueIndex('jobs_keyless_retry')
      .on(t.retryOf)
      .where(sql`${t.idempotencyKey} IS NULL AND ${t.retryOf} IS NOT NULL`),
    index('jobs_list').on(t.accountId, t.id),
    index('jobs_by_state').on(t.accountId, t.state, t.id),
    index('jobs_by_external_id').on(t.accountId, t.externalId, t.state, t.id).where(sql`${t.externalId} IS NOT NULL`),
    uniqueIndex('jobs_number').on(t.accountId, t.number),
    index('jobs_due_submit').on(t.environment, t.pollAt, t.deadlineAt).where(isUnsent(t.state)),
    index('jobs_due_look').on(t.environment, t.pollAt, t.deadlineAt, t.state).where(isPolled(t.state, t.pollAt)),
    index('jobs_due_lease').on(t.environment, t.pollAt).where(isBeingSent(t.state)),
    index('jobs_due_deadline').on(t.environment, t.deadlineAt, t.pollAt).where(hasDeadline(t.state)),
    index('jobs_completed').on(t.environment, t.finishedAt, t.submittedAt).where(sql`${t.state} = 'COMPLETED'`),
    index('jobs_unconfirmed').on(t.environment).where(sql`${t.failureCode} = 'SUBMISSION_UNCONFIRMED'`),
    index('jobs_late').on(t.environment).where(sql`${t.lateVideoUrl} IS NOT NULL`),
    index('jobs_without_result').on(t.environment).where(isWithoutResult(t)),
    index('jobs_of_token').on(t.tokenId, t.state, t.priceCredits).where(sql`${t.tokenId} IS NOT NULL`),
    ...jobChecks(t, {
      keyIsPrintable: sql`${t.idempotencyKey} NOT GLOB ${sql.raw("'*[^ -~]*'")}`,
      typeOfQuantiles: sql`json_type(${t.estimateQuantiles})`,
    }).map(([name, value]) => check(name, value)),
  ],
);
