import { and, asc, eq, getTableColumns, gt, gte, lte, sql } from 'drizzle-orm';
import type { AuditEntry } from '../../../domain/audit.ts';
import type { ErasureCounts, ErasureOrder } from '../../../domain/erasure-order.ts';
import type { Job } from '../../../domain/job.ts';
import type { AccountKey } from '../../../domain/ledger.ts';
import type { ErasureRecords, NumberedJob } from '../../../ports/erasure.ts';
import { boundTo } from '../shared/placeholders.ts';
import { hasVideo, isOpenErasure } from '../shared/predicates.ts';
import { type JobRow, jobOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Audit } from './audit.ts';
import type { GroupCommit } from './engine/group-commit.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { erasures } from './tables/erasures.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/** Makes an order open again that covers a job which has just ended, inside the caller's transaction. */
export type ReopenErasure = (job: Job) => void;

/** How many jobs are counted before others have their turn. */
const countedAtOnce = 2000;

/** Prepares the statement behind `ReopenErasure`. */
export function createReopenErasure(db: Db): ReopenErasure {
  const by = boundTo({ accountId: erasures.accountId, createdAt: jobs.createdAt, id: jobs.id });
  const number = sql`(SELECT ${jobs.number} FROM ${jobs} WHERE ${jobs.id} = ${by.id})`;
  const reopen = prepareWrite(
    db,
    db
      .update(erasures)
      // Back to the job that has ended and no further: a user with many jobs is not read from the first one again.
      .set({ position: sql`min(${erasures.position}, ${number} - 1)`, reopened: sql`${erasures.reopened} + 1` })
      .where(and(eq(erasures.accountId, by.accountId), gte(erasures.orderedAt, by.createdAt))),
  );
  return ({ id, accountId, createdAt }) => void reopen({ id, accountId, createdAt });
}

/** The parts of the store that an order also writes to. */
type ErasureDeps = {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly deliveries: Pick<WebhookDeliveries, 'forgetBudgets'>;
};

/** The store's verbs for erasures. */
export function createErasureVerbs(
  db: Db,
  inGroup: GroupCommit['write'],
  { accounts, audit, deliveries }: ErasureDeps,
): ErasureRecords {
  const { find, write, open, covered, countVideos, advance } = prepareStatements(db);

  /** Counts in steps, so that a user with many jobs stops nobody else. */
  async function videosOf(accountId: string, lastNumber: number): Promise<number> {
    let videos = 0;
    for (let after = 0; after < lastNumber; after += countedAtOnce) {
      const to = Math.min(after + countedAtOnce, lastNumber);
      videos += countVideos.get({ accountId, after, to })?.count ?? 0;
      await new Promise((resolve) => void setImmediate(resolve));
    }
    return videos;
  }

  /** The order that there is, if it covers all of the first jobs of the account. */
  function known(accountId: string, lastNumber: number): ErasureCounts | null {
    const order = find.get({ accountId });
    return order === undefined || order.lastNumber < lastNumber ? null : { jobs: order.jobs, videos: order.videos };
  }

  /** Budgets are not of jobs: what receivers answered to their events is forgotten with the order. */
  function record(key: AccountKey, entry: AuditEntry | undefined): void {
    audit.add(entry);
    deliveries.forgetBudgets(key);
  }

  async function order(key: AccountKey, orderedAt: number, entry?: AuditEntry): Promise<ErasureCounts> {
    const account = accounts.findByKey(key);
    if (account === null || account.jobs === 0) {
      await inGroup(() => record(key, entry));
      return { jobs: 0, videos: 0 };
    }
    const { id: accountId, environment, owner, jobs: lastNumber } = account;
    const videos = known(accountId, lastNumber)?.videos ?? (await videosOf(accountId, lastNumber));
    return inGroup(() => {
      record(key, entry);
      const meanwhile = known(accountId, lastNumber);
      if (meanwhile !== null) return meanwhile;
      const counts: ErasureCounts = { jobs: lastNumber, videos };
      write({ accountId, environment, owner, orderedAt, lastNumber, position: 0, reopened: 0, ...counts });
      return counts;
    });
  }

  return {
    orderErasure: order,
    openErasures: async (limit) => open(limit).all({}),
    readErasure: async ({ accountId, position, lastNumber }, limit) =>
      covered(limit)
        .all({ accountId, after: position, to: lastNumber })
        .map((row): NumberedJob => ({ number: row.number, job: jobOf(row) })),
    advanceErasure: async (known, number) =>
      inGroup(() => advance({ ...known, decidedOn: known.position, position: number }) > 0),
  };
}

function prepareStatements(db: Db) {
  const columns = getTableColumns(erasures);
  const by = boundTo(columns);
  const { accountId, lastNumber, position, reopened } = erasures;
  const isOf = eq(accountId, by.accountId);
  const ofJob = boundTo({ accountId: jobs.accountId });
  const isCovered = and(
    eq(jobs.accountId, ofJob.accountId),
    gt(jobs.number, sql`${sql.placeholder('after')}`),
    lte(jobs.number, sql`${sql.placeholder('to')}`),
  );
  const asRead = and(
    isOf,
    eq(position, sql`${sql.placeholder('decidedOn')}`),
    eq(reopened, by.reopened),
    eq(lastNumber, by.lastNumber),
  );
  return {
    find: prepareRows<ErasureOrder>(db, columns, db.select().from(erasures).where(isOf)),
    write: prepareWrite(
      db,
      db
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
        }),
    ),
    open: perLimit((limit) =>
      prepareRows<ErasureOrder>(
        db,
        columns,
        db.select().from(erasures).where(isOpenErasure(erasures)).orderBy(asc(erasures.orderedAt)).limit(limit),
      ),
    ),
    covered: perLimit((limit) =>
      prepareRows<JobRow & { readonly number: number }>(
        db,
        getTableColumns(jobs),
        db.select().from(jobs).where(isCovered).orderBy(asc(jobs.number)).limit(limit),
      ),
    ),
    countVideos: db
      .select({ count: sql<number>`count(*)` })
      .from(jobs)
      .where(and(isCovered, hasVideo(jobs)))
      .prepare(),
    advance: prepareWrite(db, db.update(erasures).set({ position: by.position }).where(asRead)),
  };
}
