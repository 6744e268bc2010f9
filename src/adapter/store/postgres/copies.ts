import { and, asc, eq, isNotNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { Copy, Job } from '../../../domain/job.ts';
import type { DecideCopy, StoredKey } from '../../../ports/copy.ts';
import { columnsOf, copyColumns } from '../shared/job-columns.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isKept, isStored } from '../shared/predicates.ts';
import { copyRowOf, jobOf } from '../shared/rows.ts';
import type { Now } from './engine/now.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/** The copies of videos in the rows of jobs. The claims run inside the caller's transaction. */
export type Copies = {
  readonly findJob: (videoId: string) => Promise<Job | null>;
  readonly claimWaiting: (limit: number, now: number, decide: DecideCopy) => Promise<readonly Job[]>;
  readonly claimGone: (limit: number, now: number, decide: DecideCopy) => Promise<readonly Job[]>;
  /** False when the copy has changed since the job was read. */
  readonly write: (job: Job, copy: Copy) => Promise<boolean>;
  /** As `write`; once a video is stored, endpoints of webhooks are notified of it. Runs inside the caller's transaction. */
  readonly commit: (job: Job, copy: Copy) => Promise<boolean>;
  readonly known: (videoIds: readonly string[]) => Promise<readonly string[]>;
  readonly listStored: (finishedBefore: number, after: StoredKey | null, limit: number) => Promise<readonly Job[]>;
  readonly listKept: (finishedBefore: number, limit: number) => Promise<readonly Job[]>;
};

/** Prepares the statements on copies. */
export function createCopies(db: Db, nowOf: Now, deliveries: WebhookDeliveries): Copies {
  const { findJob, waiting, gone, write, known, stored, kept } = prepareStatements(db);

  const writeCopy: Copies['write'] = async ({ id, copy: from }, to) => {
    const written = await write.execute({ ...copyRowOf(to), id, decidedOn: from.state, decidedOnAt: from.copyAt });
    return written.length > 0;
  };

  const claim =
    (due: typeof waiting): Copies['claimWaiting'] =>
    async (limit, given, decide) => {
      if (limit < 1) return [];
      const now = await nowOf(given);
      const claimed: Job[] = [];
      for (const row of await due.execute({ now, limit })) {
        const job = jobOf(row);
        const copy = decide(job, now);
        if (!(await writeCopy(job, copy))) throw new Error(`The copy of the locked job ${job.id} was changed`);
        claimed.push({ ...job, copy });
      }
      return claimed;
    };

  return {
    findJob: async (videoId) => {
      const row = firstOf(await findJob.execute({ videoId }));
      return row === null ? null : jobOf(row);
    },
    claimWaiting: claim(waiting),
    claimGone: claim(gone),
    write: writeCopy,
    commit: async (job, copy) => {
      if (!(await writeCopy(job, copy))) return false;
      const { state, settledAt } = copy;
      if (state === 'STORED' && settledAt !== null)
        await deliveries.enqueue({ type: 'video.stored', job: { ...job, copy }, occurredAt: settledAt });
      return true;
    },
    known: async (videoIds) => (await known.execute({ ids: videoIds })).map(({ videoId }) => videoId),
    listStored: async (before, after, limit) => {
      const at = { before, limit, afterAt: after?.finishedAt ?? -1, afterId: after?.id ?? '' };
      return (await stored.execute(at)).map(jobOf);
    },
    listKept: async (before, limit) => (await kept.execute({ before, limit })).map(jobOf),
  };
}

function prepareStatements(db: Db) {
  const { id, videoId, copyState, copyAt, finishedAt } = jobs;
  const by = boundTo({ id, videoId });
  const listOf = (name: string, where: SQL | undefined, ...order: readonly SQL[]) =>
    db
      .select()
      .from(jobs)
      .where(where)
      .orderBy(...order)
      .limit(sql.placeholder('limit'))
      .prepare(name);
  // Skips rows that another node has locked.
  const due = (state: 'WAITING' | 'GONE', name: string) =>
    db
      .select()
      .from(jobs)
      .where(
        and(
          sql`${copyState} = ${sql.raw(`'${state}'`)}`,
          isNotNull(copyAt),
          lte(copyAt, sql`${sql.placeholder('now')}::bigint`),
        ),
      )
      .orderBy(asc(copyAt))
      .limit(sql.placeholder('limit'))
      .for('no key update', { skipLocked: true })
      .prepare(name);
  const before = lt(finishedAt, sql`${sql.placeholder('before')}::bigint`);
  const afterKey = sql`(${finishedAt}, ${id}) > (${sql.placeholder('afterAt')}::bigint, ${sql.placeholder('afterId')}::text)`;
  const isUnchanged = and(
    eq(id, by.id),
    eq(copyState, sql`${sql.placeholder('decidedOn')}`),
    sql`${copyAt} IS NOT DISTINCT FROM ${sql.placeholder('decidedOnAt')}::bigint`,
  );
  const mayHaveFiles = sql`(${copyState} IN ('WAITING', 'STORED') OR ${copyAt} IS NOT NULL)`;
  return {
    findJob: db.select().from(jobs).where(eq(videoId, by.videoId)).prepare('job_find_by_video'),
    waiting: due('WAITING', 'copies_waiting'),
    gone: due('GONE', 'copies_gone'),
    write: db
      .update(jobs)
      .set(boundTo(columnsOf(jobs, copyColumns)))
      .where(isUnchanged)
      .returning({ id })
      .prepare('copy_write'),
    known: db
      .select({ videoId })
      .from(jobs)
      .where(and(sql`${videoId} = ANY(${sql.placeholder('ids')}::text[])`, mayHaveFiles))
      .prepare('videos_known'),
    stored: listOf('videos_stored', and(isStored(copyState), afterKey, before), asc(finishedAt), asc(id)),
    kept: listOf('jobs_kept', and(isKept(jobs), before), asc(finishedAt)),
  };
}
