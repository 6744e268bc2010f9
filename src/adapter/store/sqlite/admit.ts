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
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import type { Db } from './engine/statements.ts';
import type { History } from './history.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/** Stores a job, inside the caller's transaction. It makes all checks before it writes anything. */
export type Admit = (admission: Admission) => Admitted | AdmitFailure;

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

  return (admission) => {
    const account = accounts.findByKey(admission.account);
    if (account === null) throw new Error(`The account of ${admission.account.owner} does not exist`);
    const earlier = earlierOf(statements, admission, account.id);
    if (earlier === null) return refusalOf(statements, admission, account) ?? reported(admission, account);
    // Only keys are compared: a retry without a key always has the input of its original job.
    if (admission.idempotencyKey !== null && !isSameInput(earlier, admission.input))
      return idempotencyConflict(earlier);
    return { kind: 'admitted', job: earlier, account: accountOf(account), replayed: true };
  };

  /** Stores the job if every budget has room, and notifies of the marks that budgets reach thereby. */
  function reported(admission: Admission, account: AccountRow): Admitted | AdmitFailure {
    const decided = within(admission, account);
    for (const reached of reachedOf(decided))
      deliveries.enqueue({ ...reached, type: 'budget.reached', occurredAt: admission.createdAt });
    return decided;
  }

  /** Stores the job if every budget has room for its price. */
  function within(admission: Admission, account: AccountRow): Admitted | AdmitFailure {
    const { priceCredits, userBudgetCredits = null, createdAt } = admission;
    const found = budgets.forJob(account, userBudgetCredits, createdAt);
    const exceeded = exceededOf(found, priceCredits);
    if (exceeded !== null) return budgetExceeded(exceeded, budgets.refused(exceeded));
    const admitted = store(admission, account);
    const reached = budgets.charge(found, priceCredits, createdAt);
    return reached.length === 0 ? admitted : { ...admitted, reached };
  }

  function store(admission: Admission, account: AccountRow): Admitted {
    const job = newJobOf(admission, account);
    const charged = accounts.step(account.id, { held: job.priceCredits, running: 1, feed: 1, jobs: 1 });
    statements.insert(rowOf(job), { number: charged.jobs, tokenId: admission.spending?.tokenId ?? null });
    history.append(job, charged.feed, sentenceOf(job), job.createdAt);
    return { kind: 'admitted', job, account: accountOf(charged), replayed: false };
  }
}

type Statements = ReturnType<typeof prepareStatements>;

/** The job that an earlier request stored under the same key or, without a key, as the retry of the same job. */
function earlierOf(statements: Statements, admission: Admission, accountId: string): Job | null {
  const { account, idempotencyKey, retryOf } = admission;
  if (idempotencyKey === null && retryOf === null) return null;
  const row =
    idempotencyKey === null
      ? statements.findRetry.get({ accountId, retryOf })
      : statements.findByKey.get({ ...account, idempotencyKey });
  return row === undefined ? null : jobOf(row);
}

function refusalOf(statements: Statements, admission: Admission, account: AccountRow): AdmitFailure | null {
  const { limits, priceCredits, maxCredits, spending, createdAt: now } = admission;
  if (account.running >= limits.inFlight) return tooManyInFlight(limits.inFlight);
  // If the nth newest job was stored within the window, at least n jobs were.
  const number = account.jobs + 1 - limits.perMinute;
  const nth = number > 0 ? statements.findByNumber.get({ accountId: account.id, number }) : undefined;
  if (nth !== undefined && nth.createdAt > now - limitWindowMs) {
    return tooManyPerMinute(limits.perMinute, nth.createdAt, now);
  }
  if (maxCredits !== null && maxCredits < priceCredits) return aboveMaxCredits(priceCredits, maxCredits);
  const available = availableOf(account);
  if (available < priceCredits) return insufficientCredits(priceCredits, available, account.held);
  return spending === null ? null : spendingRefusalOf(statements, spending, priceCredits);
}

function spendingRefusalOf(statements: Statements, { tokenId, maxCredits }: Spending, priceCredits: number) {
  const { credits } = statements.spent.get({ tokenId }) ?? { credits: 0 };
  return credits + priceCredits > maxCredits ? aboveSpending(priceCredits, maxCredits - credits) : null;
}

function prepareStatements(db: Db) {
  const { accountId, number, owner, environment, idempotencyKey, retryOf, createdAt } = jobs;
  const columns = getTableColumns(jobs);
  const by = boundTo(columns);
  const isOfKey = and(eq(owner, by.owner), eq(environment, by.environment), eq(idempotencyKey, by.idempotencyKey));
  const isKeylessRetry = and(eq(retryOf, by.retryOf), isNull(idempotencyKey), eq(accountId, by.accountId));
  const isOfNumber = and(eq(accountId, by.accountId), eq(number, by.number));
  return {
    insert: prepareWrite(db, db.insert(jobs).values(by)),
    findByKey: prepareRows(db, columns, db.select().from(jobs).where(isOfKey)),
    findRetry: prepareRows(db, columns, db.select().from(jobs).where(isKeylessRetry)),
    findByNumber: prepareRows(db, { createdAt }, db.select({ createdAt }).from(jobs).where(isOfNumber)),
    spent: db
      .select({ credits: sql<number>`coalesce(sum(${jobs.priceCredits}), 0)` })
      .from(jobs)
      .where(and(eq(jobs.tokenId, by.tokenId), sql`${jobs.state} NOT IN ('FAILED', 'CANCELED')`))
      .prepare(),
  };
}
