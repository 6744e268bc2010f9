import { and, asc, eq, getTableColumns, isNotNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { Copy, Job } from '../../../domain/job.ts';
import type { DecideCopy, StoredKey } from '../../../ports/copy.ts';
import { columnsOf, copyColumns } from '../shared/job-columns.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isKept, isStored } from '../shared/predicates.ts';
import { copyRowOf, type JobRow, jobOf } from '../shared/rows.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/** The copies of videos in the rows of jobs. Functions that write run inside the caller's transaction. */
export type Copies = {
  readonly findJob: (videoId: string) => Job | null;
  readonly claimWaiting: (limit: number, now: number, decide: DecideCopy) => readonly Job[];
  readonly claimGone: (limit: number, now: number, decide: DecideCopy) => readonly Job[];
  /** False when the copy has changed since the job was read. */
  readonly write: (job: Job, copy: Copy) => boolean;
  /** As `write`; once a video is stored, endpoints of webhooks are notified of it. */
  readonly commit: (job: Job, copy: Copy) => boolean;
  readonly known: (videoIds: readonly string[]) => readonly string[];
  readonly listStored: (finishedBefore: number, after: StoredKey | null, limit: number) => readonly Job[];
  readonly listKept: (finishedBefore: number, limit: number) => readonly Job[];
};

/** Prepares the statements on copies. */
export function createCopies(db: Db, deliveries: WebhookDeliveries): Copies {
  const { findJob, waiting, gone, write, known, stored, kept } = prepareStatements(db);

  const writeCopy: Copies['write'] = ({ id, copy: from }, to) =>
    write({ ...copyRowOf(to), id, decidedOn: from.state, decidedOnAt: from.copyAt }) > 0;

  const claim =
    (due: typeof waiting): Copies['claimWaiting'] =>
    (limit, now, decide) => {
      if (limit < 1) return [];
      return due(limit)
        .all({ now })
        .map((row) => {
          const job = jobOf(row);
          const copy = decide(job, now);
          if (!writeCopy(job, copy)) throw new Error(`The copy of job ${job.id} changed within one transaction`);
          return { ...job, copy };
        });
    };

  return {
    findJob: (videoId) => jobOrNull(findJob.get({ videoId })),
    claimWaiting: claim(waiting),
    claimGone: claim(gone),
    write: writeCopy,
    commit: (job, copy) => {
      if (!writeCopy(job, copy)) return false;
      const { state, settledAt } = copy;
      if (state === 'STORED' && settledAt !== null)
        deliveries.enqueue({ type: 'video.stored', job: { ...job, copy }, occurredAt: settledAt });
      return true;
    },
    known: (videoIds) => known.all({ ids: JSON.stringify(videoIds) }).map(({ videoId }) => videoId),
    listStored: (before, after, limit) =>
      stored(limit)
        .all({ before, afterAt: after?.finishedAt ?? -1, afterId: after?.id ?? '' })
        .map(jobOf),
    listKept: (before, limit) => kept(limit).all({ before }).map(jobOf),
  };
}

function jobOrNull(row: JobRow | undefined): Job | null {
  return row === undefined ? null : jobOf(row);
}

function prepareStatements(db: Db) {
  const { id, videoId, copyState, copyAt, finishedAt } = jobs;
  const columns = getTableColumns(jobs);
  const by = boundTo({ id, videoId });
  const listOf = (where: SQL | undefined, ...order: readonly SQL[]) =>
    perLimit((limit) =>
      prepareRows(
        db,
        columns,
        db
          .select()
          .from(jobs)
          .where(where)
          .orderBy(...order)
          .limit(limit),
      ),
    );
  const due = (state: 'WAITING' | 'GONE') =>
    listOf(
      and(sql`${copyState} = ${sql.raw(`'${state}'`)}`, isNotNull(copyAt), lte(copyAt, sql`${sql.placeholder('now')}`)),
      asc(copyAt),
    );
  const before = lt(finishedAt, sql`${sql.placeholder('before')}`);
  const afterKey = sql`(${finishedAt}, ${id}) > (${sql.placeholder('afterAt')}, ${sql.placeholder('afterId')})`;
  const isUnchanged = and(
    eq(id, by.id),
    eq(copyState, sql`${sql.placeholder('decidedOn')}`),
    sql`${copyAt} IS ${sql.placeholder('decidedOnAt')}`,
  );
  const mayHaveFiles = sql`(${copyState} IN ('WAITING', 'STORED') OR ${copyAt} IS NOT NULL)`;
  return {
    findJob: prepareRows(db, columns, db.select().from(jobs).where(eq(videoId, by.videoId))),
    waiting: due('WAITING'),
    gone: due('GONE'),
    write: prepareWrite(
      db,
      db
        .update(jobs)
        .set(boundTo(columnsOf(jobs, copyColumns)))
        .where(isUnchanged),
    ),
    known: prepareRows(
      db,
      { videoId },
      db
        .select({ videoId })
        .from(jobs)
        .where(and(sql`${videoId} IN (SELECT value FROM json_each(${sql.placeholder('ids')}))`, mayHaveFiles)),
    ),
    stored: listOf(and(isStored(copyState), afterKey, before), asc(finishedAt), asc(id)),
    kept: listOf(and(isKept(jobs), before), asc(finishedAt)),
  };
}
