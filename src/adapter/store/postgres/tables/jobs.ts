import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { JobFailureCode } from '../../../../domain/failure-code.ts';
import type { AspectRatio, CopyState, Environment, JobState } from '../../../../domain/job.ts';
import { jobChecks } from '../../shared/job-columns.ts';
import { isOdd } from '../../shared/job-time.ts';
import {
  hasDeadline,
  isBeingSent,
  isKept,
  isPolled,
  isStored,
  isUnsent,
  isWithoutResult,
} from '../../shared/predicates.ts';
import { accounts } from './accounts.ts';
import { int53, text } from './column.ts';

/** One row per job. A running job's row is itself the hold of its price, so a job cannot be held or settled twice. */
export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    number: int53('number').notNull(),
    owner: text('owner').notNull(),
    environment: text('environment').$type<Environment>().notNull(),
    idempotencyKey: text('idempotency_key'),
    retryOf: text('retry_of').references((): AnyPgColumn => jobs.id),
    prompt: text('prompt').notNull(),
    aspectRatio: text('aspect_ratio').$type<AspectRatio>().notNull(),
    seed: int53('seed').notNull(),
    externalId: text('external_id'),
    priceCredits: integer('price_credits').notNull(),
    state: text('state').$type<JobState>().notNull(),
    version: integer('version').notNull(),
    requestId: text('request_id'),
    pollUrl: text('poll_url'),
    videoUrl: text('video_url'),
    videoContentType: text('video_content_type'),
    videoExpiresAt: int53('video_expires_at'),
    lateVideoUrl: text('late_video_url'),
    lateVideoContentType: text('late_video_content_type'),
    lateVideoExpiresAt: int53('late_video_expires_at'),
    failureCode: text('failure_code').$type<JobFailureCode>(),
    failureMessage: text('failure_message'),
    failureHttpStatus: integer('failure_http_status'),
    estimateQuantiles: jsonb('estimate_quantiles').$type<readonly number[]>().notNull(),
    estimateSampleSize: integer('estimate_sample_size').notNull(),
    faults: integer('faults').notNull(),
    resends: integer('resends').notNull(),
    createdAt: int53('created_at').notNull(),
    submittedAt: int53('submitted_at'),
    startedAt: int53('started_at'),
    finishedAt: int53('finished_at'),
    deadlineAt: int53('deadline_at').notNull(),
    pollAt: int53('poll_at'),
    polledAt: int53('polled_at'),
    tokenId: text('token_id'),
    maxCredits: int53('max_credits'),
    // What the provider says is kept as it says it: no CHECK may stand between a paid video and its row.
    seedUsed: int53('seed_used'),
    providerCost: doublePrecision('provider_cost'),
    providerMessage: text('provider_message'),
    providerHttpStatus: integer('provider_http_status'),
    outputMissingSince: int53('output_missing_since'),
    unknownVideo: boolean('unknown_video').notNull().default(false),
    videoId: text('video_id').notNull(),
    copyState: text('copy_state').$type<CopyState>().notNull().default('NONE'),
    copyAt: int53('copy_at'),
    copyFaults: integer('copy_faults').notNull().default(0),
    copyMissingSince: int53('copy_missing_since'),
    copySettledAt: int53('copy_settled_at'),
    copyLost: boolean('copy_lost').notNull().default(false),
    copyByteSize: int53('copy_byte_size'),
    copySha256: text('copy_sha256'),
    copyDurationSeconds: doublePrecision('copy_duration_seconds'),
    copyWidth: integer('copy_width'),
    copyHeight: integer('copy_height'),
    copyHasPoster: boolean('copy_has_poster').notNull().default(false),
    deletedAt: int53('deleted_at'),
    apiKeyId: text('api_key_id'),
  },
  (t) => [
    foreignKey({
      // The generated name would exceed PostgreSQL's limit of 63 bytes.
      name: 'jobs_account',
      columns: [t.accountId, t.owner, t.environment],
      foreignColumns: [accounts.id, accounts.owner, accounts.environment],
    }),
    uniqueIndex('jobs_idempotency_key')
      .on(t.owner, t.environment, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} IS NOT NULL`),
    uniqueIndex('jobs_keyless_retry')
      .on(t.retryOf)
      .where(sql`${t.idempotencyKey} IS NULL AND ${t.retryOf} IS NOT NULL`),
    // For operators: exports and what is counted by day.
    index('jobs_time').on(t.environment, t.createdAt, t.id),
    index('jobs_accepted').on(t.environment, t.submittedAt).where(sql`${t.submittedAt} IS NOT NULL`),
    index('jobs_failed').on(t.environment, t.finishedAt).where(sql`${t.state} = 'FAILED'`),
    index('jobs_list').on(t.accountId, t.id),
    index('jobs_by_state').on(t.accountId, t.state, t.id),
    index('jobs_by_external_id').on(t.accountId, t.externalId, t.state, t.id).where(sql`${t.externalId} IS NOT NULL`),
    index('jobs_by_failure').on(t.accountId, t.failureCode, t.id).where(sql`${t.failureCode} IS NOT NULL`),
    index('jobs_odd').on(t.accountId, t.id).where(isOdd(t)),
    index('jobs_all_by_state').on(t.state, t.environment, t.id),
    index('jobs_all_by_failure').on(t.failureCode, t.environment, t.id).where(sql`${t.failureCode} IS NOT NULL`),
    index('jobs_all_by_external_id')
      .on(t.environment, t.externalId, t.state, t.id)
      .where(sql`${t.externalId} IS NOT NULL`),
    index('jobs_all_odd').on(t.environment, t.id).where(isOdd(t)),
    index('jobs_by_request').on(t.environment, t.requestId).where(sql`${t.requestId} IS NOT NULL`),
    uniqueIndex('jobs_number').on(t.accountId, t.number),
    index('jobs_due_submit').on(t.environment, t.pollAt, t.deadlineAt).where(isUnsent(t.state)),
    index('jobs_due_look').on(t.environment, t.pollAt, t.deadlineAt, t.state).where(isPolled(t.state, t.pollAt)),
    index('jobs_due_lease').on(t.environment, t.pollAt).where(isBeingSent(t.state)),
    index('jobs_due_deadline').on(t.environment, t.deadlineAt, t.pollAt).where(hasDeadline(t.state)),
    index('jobs_completed').on(t.environment, t.finishedAt, t.submittedAt).where(sql`${t.state} = 'COMPLETED'`),
    index('jobs_unconfirmed').on(t.environment, t.id).where(sql`${t.failureCode} = 'SUBMISSION_UNCONFIRMED'`),
    index('jobs_late').on(t.environment, t.id).where(sql`${t.lateVideoUrl} IS NOT NULL`),
    index('jobs_without_result').on(t.environment, t.id).where(isWithoutResult(t)),
    uniqueIndex('jobs_video_id').on(t.videoId),
    index('jobs_due_copy').on(t.copyState, t.copyAt).where(sql`${t.copyAt} IS NOT NULL`),
    index('jobs_stored').on(t.finishedAt, t.id).where(isStored(t.copyState)),
    index('jobs_kept').on(t.finishedAt).where(isKept(t)),
    index('jobs_lost_video').on(t.environment, t.id).where(sql`${t.copyLost}`),
    index('jobs_of_token').on(t.tokenId, t.state, t.priceCredits).where(sql`${t.tokenId} IS NOT NULL`),
    ...jobChecks(t, {
      keyIsPrintable: sql`${t.idempotencyKey} ~ ${sql.raw("'^[ -~]*$'")}`,
      typeOfQuantiles: sql`jsonb_typeof(${t.estimateQuantiles})`,
    }).map(([name, value]) => check(name, value)),
  ],
);
