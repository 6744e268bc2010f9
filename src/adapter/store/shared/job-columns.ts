import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { aspectRatios, copyStates, jobStates, runningStates } from './enums.ts';
import { isWhole, oneOf } from './predicates.ts';

/** The columns that a poll without news writes: the time of the next poll, what it is computed from, and the count of failed polls. */
export const polledColumns = ['faults', 'failedPolls', 'pollAt', 'polledAt'] as const;

/** The columns for what a provider response says beside its event, and for what the next response is compared with. */
export const detailColumns = [
  'seedUsed',
  'providerCost',
  'providerMessage',
  'providerHttpStatus',
  'outputMissingSince',
  'unknownVideo',
] as const;

/** The columns of the copy of a job's video. */
export const copyColumns = [
  'copyState',
  'copyAt',
  'copyFaults',
  'copyMissingSince',
  'copySettledAt',
  'copyLost',
  'copyByteSize',
  'copySha256',
  'copyDurationSeconds',
  'copyWidth',
  'copyHeight',
  'copyHasPoster',
] as const;

/** The columns that the arrival of a video writes for its copy. */
const waitingColumns = ['copyState', 'copyAt'] as const;

/** The columns that the deletion of a job writes. */
export const erasedColumns = [
  ...copyColumns,
  'version',
  'prompt',
  'externalId',
  'requestId',
  'pollUrl',
  'videoUrl',
  'videoExpiresAt',
  'lateVideoUrl',
  'lateVideoExpiresAt',
  'failureMessage',
  'providerMessage',
  'outputMissingSince',
  'unknownVideo',
  'pollAt',
  'deletedAt',
] as const;

/** The columns that a change without a new version may write: the schedule, the details and a late acceptance. */
export const stayedColumns = [...polledColumns, ...detailColumns, 'requestId', 'pollUrl', 'submittedAt'] as const;

/** The columns that a late video writes. */
export const lateColumns = [
  ...stayedColumns,
  ...waitingColumns,
  'version',
  'lateVideoUrl',
  'lateVideoContentType',
  'lateVideoExpiresAt',
] as const;

/** The columns that a change of state may write. No other column ever changes. */
export const movedColumns = [
  ...polledColumns,
  ...detailColumns,
  ...waitingColumns,
  'state',
  'version',
  'requestId',
  'pollUrl',
  'videoUrl',
  'videoContentType',
  'videoExpiresAt',
  'failureCode',
  'failureMessage',
  'failureHttpStatus',
  'estimateQuantiles',
  'estimateSampleSize',
  'resends',
  'submittedAt',
  'startedAt',
  'finishedAt',
  'deadlineAt',
] as const;

/** Picks columns of a table by name. */
export function columnsOf<Table, Name extends keyof Table>(table: Table, names: readonly Name[]): Pick<Table, Name> {
  const picked: Partial<Table> = {};
  for (const name of names) picked[name] = table[name];
  // The loop has set every name.
  return picked as Pick<Table, Name>;
}

/** The columns that a job's CHECKs refer to. */
type Checked = Readonly<
  Record<
    | (typeof movedColumns)[number]
    | (typeof lateColumns)[number]
    | (typeof erasedColumns)[number]
    | 'aspectRatio'
    | 'seed'
    | 'idempotencyKey'
    | 'videoId'
    | 'priceCredits',
    AnyColumn
  >
>;

/** The CHECKs of a job's row, as `[name, SQL]`. `engine` has the two expressions that each engine writes differently. */
export function jobChecks(
  t: Checked,
  engine: { readonly keyIsPrintable: SQL; readonly typeOfQuantiles: SQL },
): readonly (readonly [name: string, value: SQL])[] {
  return [
    ['jobs_prompt', sql`(${t.prompt} <> '' OR ${t.deletedAt} IS NOT NULL) AND length(${t.prompt}) <= 2000`],
    ['jobs_aspect_ratio', oneOf(t.aspectRatio, aspectRatios)],
    ['jobs_seed', sql`${t.seed} BETWEEN -1 AND ${sql.raw(String(Number.MAX_SAFE_INTEGER))}`],
    ['jobs_external_id', sql`length(${t.externalId}) <= 255`],
    ['jobs_key', sql`length(${t.idempotencyKey}) BETWEEN 1 AND 255 AND ${engine.keyIsPrintable}`],
    ['jobs_price', sql`${t.priceCredits} >= 0`],
    ['jobs_state', oneOf(t.state, jobStates)],
    ['jobs_counters', sql`${t.version} >= 1 AND ${t.faults} >= 0 AND ${t.resends} >= 0`],
    ['jobs_estimate', sql`${engine.typeOfQuantiles} = 'array' AND ${t.estimateSampleSize} >= 0`],
    [
      'jobs_submission',
      sql`(${t.deletedAt} IS NOT NULL OR (${t.submittedAt} IS NULL) = (${t.pollUrl} IS NULL))
        AND (${t.requestId} IS NULL OR ${t.pollUrl} IS NOT NULL)`,
    ],
    [
      'jobs_submitted',
      sql`CASE WHEN ${oneOf(t.state, ['PENDING', 'SUBMITTING', 'CANCELED'])} THEN ${t.submittedAt} IS NULL
        WHEN ${oneOf(t.state, ['QUEUED', 'PROCESSING', 'COMPLETED'])} THEN ${t.submittedAt} IS NOT NULL ELSE ${t.state} = 'FAILED' END`,
    ],
    [
      'jobs_started',
      sql`CASE WHEN ${t.state} = 'PROCESSING' THEN ${t.startedAt} IS NOT NULL
        ELSE ${t.startedAt} IS NULL OR ${t.submittedAt} IS NOT NULL END`,
    ],
    ['jobs_finished', sql`(${oneOf(t.state, runningStates)}) = (${t.finishedAt} IS NULL)`],
    ['jobs_video', sql`(${t.state} = 'COMPLETED') = (${t.videoUrl} IS NOT NULL)`],
    ['jobs_video_whole', isWhole(t.videoUrl, t.videoContentType, t.videoExpiresAt)],
    ['jobs_late_video', sql`${t.lateVideoUrl} IS NULL OR (${t.state} = 'FAILED' AND ${t.submittedAt} IS NOT NULL)`],
    ['jobs_late_video_whole', isWhole(t.lateVideoUrl, t.lateVideoContentType, t.lateVideoExpiresAt)],
    ['jobs_failure', sql`(${t.state} = 'FAILED') = (${t.failureCode} IS NOT NULL)`],
    ['jobs_failure_whole', isWhole(t.failureCode, t.failureMessage, t.failureHttpStatus)],
    ['jobs_video_id', sql`length(${t.videoId}) = 32`],
    ['jobs_copy_state', oneOf(t.copyState, copyStates)],
    [
      'jobs_copy',
      sql`CASE WHEN ${t.copyState} = 'NONE' THEN ${t.copyAt} IS NULL AND ${t.copySettledAt} IS NULL
        WHEN ${t.videoUrl} IS NULL AND ${t.lateVideoUrl} IS NULL THEN ${t.copyState} = 'NONE'
        WHEN ${t.copyState} = 'WAITING' THEN ${t.copyAt} IS NOT NULL AND ${t.copySettledAt} IS NULL
        ELSE ${t.copySettledAt} IS NOT NULL END`,
    ],
    [
      'jobs_copy_stored',
      sql`${t.copyState} <> 'STORED' OR (${t.copyAt} IS NULL AND ${t.copyByteSize} IS NOT NULL AND ${t.copySha256} IS NOT NULL)`,
    ],
    [
      'jobs_deleted',
      sql`${t.deletedAt} IS NULL OR (${t.finishedAt} IS NOT NULL AND ${t.prompt} IN ('', '@test/') AND ${t.externalId} IS NULL
        AND ${t.requestId} IS NULL AND ${t.pollUrl} IS NULL AND ${t.providerMessage} IS NULL
        AND coalesce(${t.videoUrl}, '') = '' AND coalesce(${t.lateVideoUrl}, '') = ''
        AND ${t.copyState} IN ('NONE', 'GONE') AND ${t.copySha256} IS NULL AND ${t.pollAt} IS NULL)`,
    ],
    [
      'jobs_poll',
      sql`CASE WHEN ${oneOf(t.state, runningStates)} THEN ${t.pollAt} IS NOT NULL
        ELSE ${t.pollAt} IS NULL OR (${t.state} = 'FAILED' AND ${t.submittedAt} IS NOT NULL AND ${t.lateVideoUrl} IS NULL) END`,
    ],
  ];
}
