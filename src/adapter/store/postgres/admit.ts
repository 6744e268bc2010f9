import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm';
import type { Spending } from '../../../domain/access.ts';
import { reachedOf } from '../../../domain/admission.ts';
import { exceededOf } from '../../../domain/budget.ts';
import { sentenceOf } from '../../../domain/change.ts';
import { budgetExceeded, idempotencyConflict, insufficientCredits } from '../../../domain/failure.ts';
import type { Job } from '../../../domain/job.ts';
import { availableOf } from '../../../domain/ledger.ts';
import type { Admission, AdmitFailure, Admitted } from '../../../ports.ts';
import { isSameInput, newJobOf } from '../shared/new-job.ts';
import { boundTo } from '../shared/placeholders.ts';
import { aboveMaxCredits, aboveSpending, limitWindowMs, tooManyInFlight, tooManyPerMinute } from '../shared/refusal.ts';
import { type AccountRow, accountOf, jobOf, rowOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Budgets } from './budgets.ts';
import { type Db, firstOf } from './engine/statements.ts';
import type { History } from './history.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/**
 * Stores a job, inside the caller's transaction. It locks the account first, so that all nodes decide an account's admissions one after
 * the other. At READ COMMITTED each later statement sees what the admissions before it have committed.
 */
export type Admit = (admission: Admission) => Promise<Admitted | AdmitFailure>;

/** The parts of the store that a new job also writes to. */
type AdmitDeps = {
  readonly accounts: Accounts;
  readonly budgets: Budgets;
  readonly history: History;
  readonly deliveries: Pick<WebhookDeliveries, 'enqueue'>;
};

/** Prepares the statements that decide on a new job and store it. */
export function createAdmit(db: Db, { accounts, budgets, history, deliveries }: AdmitDeps): Admit {
  const statements = prepareStatements(db);

  return async (admission) => {
    const account = await accounts.lock(admission.account);
    if (account === null) throw new Error(`The account of ${admission.account.owner} does not exist`);
    const earlier = await earlierOf(statements, admission, account.id);
    if (earlier === null) {
      return (await refusalOf(statements, admission, account)) ?? (await reported(admission, account));
    }
    // Only keys are compared: a retry without a key always has the input of its original job.
    if (admission.idempotencyKey !== null && !isSameInput(earlier, admission.input))
      return idempotencyConflict(earlier);
    return { kind: 'admitted', job: earlier, account: accountOf(account), replayed: true };
  };

  /** Stores the job if every budget has room, and notifies of the marks that budgets reach thereby. */
  async function reported(admission: Admission, account: AccountRow): Promise<Admitted | AdmitFailure> {
    const decided = await within(admission, account);
    for (const reached of reachedOf(decided))
      await deliveries.enqueue({ ...reached, type: 'budget.reached', occurredAt: admission.createdAt });
    return decided;
  }

  /** Stores the job if every budget has room for its price. */
  async function within(admission: Admission, account: AccountRow): Promise<Admitted | AdmitFailure> {
    const { priceCredits, userBudgetCredits = null, createdAt } = admission;
    const found = await budgets.forJob(account, userBudgetCredits, createdAt);
    const exceeded = exceededOf(found, priceCredits);
    if (exceeded !== null) return budgetExceeded(exceeded, await budgets.refused(exceeded));
    const admitted = await store(admission, account);
    const reached = await budgets.charge(found, priceCredits, createdAt);
    return reached.length === 0 ? admitted : { ...admitted, reached };
  }

  async function store(admission: Admission, account: AccountRow): Promise<Admitted> {
    const job = newJobOf(admission, account);
    const charged = await accounts.step(account.id, { held: job.priceCredits, running: 1, feed: 1, jobs: 1 });
    await statements.insert.execute({
      ...rowOf(job),
      number: charged.jobs,
      tokenId: admission.spending?.tokenId ?? null,
    });
    await history.append(job, charged.feed, sentenceOf(job), job.createdAt);
    return { kind: 'admitted', job, account: accountOf(charged), replayed: false };
  }
}

type Statements = ReturnType<typeof prepareStatements>;

/** The job that an earlier request stored under the same key or, without a key, as the retry of the same job. */
async function earlierOf(statements: Statements, admission: Admission, accountId: string): Promise<Job | null> {
  const { account, idempotencyKey, retryOf } = admission;
  if (idempotencyKey === null && retryOf === null) return null;
  const rows =
    idempotencyKey === null
      ? await statements.findRetry.execute({ accountId, retryOf })
      : await statements.findByKey.execute({ ...account, idempotencyKey });
  const row = firstOf(rows);
  return row === null ? null : jobOf(row);
}

async function refusalOf(
  statements: Statements,
  admission: Admission,
  account: AccountRow,
): Promise<AdmitFailure | null> {
  const { limits, priceCredits, maxCredits, spending, createdAt: now } = admission;
  if (account.running >= limits.inFlight) return tooManyInFlight(limits.inFlight);
  // If the nth newest job was stored within the window, at least n jobs were.
  const number = account.jobs + 1 - limits.perMinute;
  const nth = number < 1 ? null : firstOf(await statements.findByNumber.execute({ accountId: account.id, number }));
  if (nth !== null && nth.createdAt > now - limitWindowMs) {
    return tooManyPerMinute(limits.perMinute, nth.createdAt, now);
  }
  if (maxCredits !== null && maxCredits < priceCredits) return aboveMaxCredits(priceCredits, maxCredits);
  const available = availableOf(account);
  if (available < priceCredits) return insufficientCredits(priceCredits, available, account.held);
  return spending === null ? null : spendingRefusalOf(statements, spending, priceCredits);
}

/** A token belongs to one account, so the lock on the account also serializes the token's admissions. */
async function spendingRefusalOf(
  statements: Statements,
  { tokenId, maxCredits }: Spending,
  priceCredits: number,
): Promise<AdmitFailure | null> {
  const credits = firstOf(await statements.spent.execute({ tokenId }))?.credits ?? 0;
  return credits + priceCredits > maxCredits ? aboveSpending(priceCredits, maxCredits - credits) : null;
}

function prepareStatements(db: Db) {
  const { accountId, number, owner, environment, idempotencyKey, retryOf, createdAt } = jobs;
  const by = boundTo(getTableColumns(jobs));
  const isOfKey = and(eq(owner, by.owner), eq(environment, by.environment), eq(idempotencyKey, by.idempotencyKey));
  const isOfNumber = and(eq(accountId, by.accountId), eq(number, by.number));
  return {
    insert: db.insert(jobs).values(by).prepare('job_insert'),
    findByKey: db.select().from(jobs).where(isOfKey).prepare('job_find_by_key'),
    findRetry: db
      .select()
      .from(jobs)
      .where(and(eq(retryOf, by.retryOf), isNull(idempotencyKey), eq(accountId, by.accountId)))
      .prepare('job_find_retry'),
    findByNumber: db.select({ createdAt }).from(jobs).where(isOfNumber).prepare('job_find_by_number'),
    spent: db
      .select({ credits: sql`coalesce(sum(${jobs.priceCredits}), 0)`.mapWith(Number) })
      .from(jobs)
      .where(and(eq(jobs.tokenId, by.tokenId), sql`${jobs.state} NOT IN ('FAILED', 'CANCELED')`))
      .prepare('token_spent'),
  };
}
