import { type AnyColumn, is, type SQL, sql } from 'drizzle-orm';
import { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { withoutResultCodes } from '../../../domain/failure-code.ts';

// Both engines use these predicates in partial indexes and in queries. SQLite uses a partial index only where the query repeats the
// index's WHERE term by term.

/** Whether an account may have a job that waits to be sent: every such job counts as running. */
export function isServed(running: AnyColumn): SQL {
  return sql`${running} > 0`;
}

/** Whether a job's prompt is not a script of the sandbox: scripts choose their own durations. */
export function isOrdinary(prompt: AnyColumn): SQL {
  return sql`${prompt} NOT LIKE '@test/%'`;
}

/** Whether a job waits to be sent to the provider. */
export function isUnsent(state: AnyColumn): SQL {
  return sql`${state} = 'PENDING'`;
}

/** Whether a node has claimed a job and is sending it. */
export function isBeingSent(state: AnyColumn): SQL {
  return sql`${state} = 'SUBMITTING'`;
}

/** Whether a job is polled: the provider has it, or it failed and its video may still come late. */
export function isPolled(state: AnyColumn, pollAt: AnyColumn): SQL {
  return sql`${oneOf(state, ['QUEUED', 'PROCESSING', 'FAILED'])} AND ${pollAt} IS NOT NULL`;
}

/** Whether a job that is polled still runs: the others failed, and their videos may come late. */
export function isRunning(state: AnyColumn): SQL {
  return sql`${state} <> 'FAILED'`;
}

/** Whether a job fails as soon as its deadline passes. A job that the provider accepted is polled once more first. */
export function hasDeadline(state: AnyColumn): SQL {
  return isUnsent(state);
}

/** Whether the provider accepted a job that ended without a usable video and has no late video either. */
export function isWithoutResult(t: Readonly<Record<'failureCode' | 'submittedAt' | 'lateVideoUrl', AnyColumn>>): SQL {
  const codes = oneOf(t.failureCode, withoutResultCodes);
  return sql`${codes} AND ${t.submittedAt} IS NOT NULL AND ${t.lateVideoUrl} IS NULL`;
}

/** Whether the store of videos has a job's video. */
export function isStored(copyState: AnyColumn): SQL {
  return sql`${copyState} = 'STORED'`;
}

/** Whether a job has ended and was not deleted. */
export function isKept(t: Readonly<Record<'finishedAt' | 'deletedAt', AnyColumn>>): SQL {
  return sql`${t.finishedAt} IS NOT NULL AND ${t.deletedAt} IS NULL`;
}

/** Whether jobs of a user may still have to be erased. */
export function isOpenErasure(t: Readonly<Record<'position' | 'lastNumber', AnyColumn>>): SQL {
  return sql`${t.position} < ${t.lastNumber}`;
}

/** Whether a job had a video, which may be deleted by now. */
export function hasVideo(t: Readonly<Record<'videoUrl' | 'lateVideoUrl', AnyColumn>>): SQL {
  return sql`(${t.videoUrl} IS NOT NULL OR ${t.lateVideoUrl} IS NOT NULL)`;
}

/** Whether a delivery of a webhook waits for its endpoint's turn. */
export function isAwaitingTurn(t: Readonly<Record<'state' | 'type', AnyColumn>>): SQL {
  return sql`${t.state} = 'PENDING' AND ${t.type} <> 'webhook.test'`;
}

/** Whether a test waits to be sent, which no turn delays. */
export function isAwaitedTest(t: Readonly<Record<'state' | 'type', AnyColumn>>): SQL {
  return sql`${t.state} = 'PENDING' AND ${t.type} = 'webhook.test'`;
}

/** Whether a webhook has not reached its endpoint. */
export function isUndelivered(state: AnyColumn): SQL {
  return sql`${state} <> 'DELIVERED'`;
}

/**
 * Whether a column has one of our own constants, as literals: an index or a CHECK cannot have parameters. `values` are not escaped.
 * For more than two values SQLite builds a temporary table for every row, so there the values are compared one by one.
 */
export function oneOf(column: AnyColumn, values: readonly string[]): SQL {
  const quoted = values.map((value) => sql.raw(`'${value}'`));
  if (!is(column, SQLiteColumn) || values.length <= 2) return sql`${column} IN (${sql.join(quoted, sql.raw(', '))})`;
  return sql`(${sql.join(
    quoted.map((value) => sql`${column} = ${value}`),
    sql.raw(' OR '),
  )})`;
}

/** Whether `one` and `other` are both null or both set; `optional` may be set only together with them. */
export function isWhole(one: AnyColumn, other: AnyColumn, optional: AnyColumn): SQL {
  return sql`(${one} IS NULL) = (${other} IS NULL) AND (${optional} IS NULL OR ${one} IS NOT NULL)`;
}

/** Whether a ledger entry has what a refund has: a job, a reason and no key. */
export function isRefund(t: Readonly<Record<'credits' | 'jobId' | 'reason' | 'idempotencyKey', AnyColumn>>): SQL {
  return sql`${t.credits} >= 0 AND ${t.jobId} IS NOT NULL AND ${t.reason} IS NOT NULL AND ${t.idempotencyKey} IS NULL`;
}
