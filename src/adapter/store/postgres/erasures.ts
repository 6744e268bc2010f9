import { and, asc, eq, getTableColumns, gt, gte, lte, sql } from 'drizzle-orm';
import type { AuditEntry } from '../../../domain/audit.ts';
import type { ErasureCounts, ErasureOrder } from '../../../domain/erasure-order.ts';
import type { Job } from '../../../domain/job.ts';
import type { AccountKey } from '../../../domain/ledger.ts';
import type { NumberedJob } from '../../../ports/erasure.ts';
import { boundTo } from '../shared/placeholders.ts';
import { hasVideo, isOpenErasure } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Audit } from './audit.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { erasures } from './tables/erasures.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/** The orders to erase users. Functions that write run inside the caller's transaction. */
export type Erasures = {
  readonly order: (key: AccountKey, at: number, entry?: AuditEntry) => Promise<ErasureCounts>;
  readonly open: (limit: number) => Promise<readonly ErasureOrder[]>;
  readonly read: (order: ErasureOrder, limit: number) => Promise<readonly NumberedJob[]>;
  readonly advance: (order: ErasureOrder, number: number) => Promise<boolean>;
  /** Makes an order open again that covers a job which has just ended. */
  readonly reopen: (job: Job) => Promise<void>;
};

/** The parts of the store that an order also writes to. */
type ErasureDeps = {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly deliveries: Pick<WebhookDeliveries, 'forgetBudgets'>;
};

/** Prepares the statements on erasures. */
export function createErasures(db: Db, { accounts, audit, deliveries }: ErasureDeps): Erasures {
  const { find, write, open, covered, countVideos, advance, reopen } = prepareStatements(db);
  return {
    order: async (key, orderedAt, entry) => {
      // Until the transaction ends no job of the user is stored and none ends.
      const account = await accounts.lock(key);
      await audit.add(entry);
      // Budgets are not of jobs: what receivers answered to their events is forgotten with the order.
      await deliveries.forgetBudgets(key);
      if (account === null || account.jobs === 0) return { jobs: 0, videos: 0 };
      const { id: accountId, environment, owner, jobs: lastNumber } = account;
      const known = firstOf(await find.execute({ accountId }));
      if (known !== null && known.lastNumber >= lastNumber) return { jobs: known.jobs, videos: known.videos };
      const videos = firstOf(await countVideos.execute({ accountId, after: 0, to: lastNumber }))?.count ?? 0;
      const counts: ErasureCounts = { jobs: lastNumber, videos };
      const row = { accountId, environment, owner, orderedAt, lastNumber, position: 0, reopened: 0, ...counts };
      await write.execute(row);
      return counts;
    },
    open: async (limit) => open.execute({ limit }),
    read: async ({ accountId, position, lastNumber }, limit) => {
      const rows = await covered.execute({ accountId, after: position, to: lastNumber, limit });
      return rows.map((row) => ({ number: row.number, job: jobOf(row) }));
    },
    advance: async (known, number) =>
      (await advance.execute({ ...known, decidedOn: known.position, position: number })).length > 0,
    reopen: async ({ id, accountId, createdAt }) => void (await reopen.execute({ id, accountId, createdAt })),
  };
}

function prepareStatements(db: Db) {
  const by = boundTo(getTableColumns(erasures));
  const { accountId, lastNumber, position, reopened, orderedAt } = erasures;
  const isOf = eq(accountId, by.accountId);
  const ofJob = boundTo({ id: jobs.id, accountId: jobs.accountId, createdAt: jobs.createdAt });
  const numberOfJob = sql`(SELECT ${jobs.number} FROM ${jobs} WHERE ${jobs.id} = ${ofJob.id})`;
  const isCovered = and(
    eq(jobs.accountId, ofJob.accountId),
    gt(jobs.number, sql`${sql.placeholder('after')}::bigint`),
    lte(jobs.number, sql`${sql.placeholder('to')}::bigint`),
  );
  const asRead = and(
    isOf,
    eq(position, sql`${sql.placeholder('decidedOn')}::bigint`),
    eq(reopened, by.reopened),
    eq(lastNumber, by.lastNumber),
  );
  const limit = sql.placeholder('limit');
  return {
    find: db.select().from(erasures).where(isOf).prepare('erasure_find'),
    write: db
      .insert(erasures)
      .values(by)
      .onConflictDoUpdate({
        target: accountId,
        set: {
          orderedAt: sql`excluded.ordered_at`,
          lastNumber: sql`excluded.last_number`,
          position: 0,
          reopened: sql`${reopened} + 1`,
          jobs: sql`excluded.jobs`,
          videos: sql`excluded.videos`,
        },
      })
      .prepare('erasure_write'),
    open: db
      .select()
      .from(erasures)
      .where(isOpenErasure(erasures))
      .orderBy(asc(orderedAt))
      .limit(limit)
      .prepare('erasures_open'),
    covered: db.select().from(jobs).where(isCovered).orderBy(asc(jobs.number)).limit(limit).prepare('erasure_jobs'),
    countVideos: db
      .select({ count: sql`count(*)`.mapWith(Number) })
      .from(jobs)
      .where(and(isCovered, hasVideo(jobs)))
      .prepare('erasure_count_videos'),
    advance: db
      .update(erasures)
      .set({ position: by.position })
      .where(asRead)
      .returning({ accountId })
      .prepare('erasure_advance'),
    reopen: db
      .update(erasures)
      // Back to the job that has ended and no further: a user with many jobs is not read from the first one again.
      .set({ position: sql`least(${position}, ${numberOfJob} - 1)`, reopened: sql`${reopened} + 1` })
      .where(and(isOf, gte(orderedAt, ofJob.createdAt)))
      .prepare('erasure_reopen'),
  };
}
