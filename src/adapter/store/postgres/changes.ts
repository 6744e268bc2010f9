import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Change, closesCharge, lateVideoOf } from '../../../domain/change.ts';
import { isErasure } from '../../../domain/erasure.ts';
import { chargeStateOf } from '../../../domain/ledger.ts';
import { webhookEventOf } from '../../../domain/webhook.ts';
import { stepOf } from '../shared/account-step.ts';
import { columnsOf, erasedColumns, lateColumns, movedColumns, stayedColumns } from '../shared/job-columns.ts';
import { boundTo } from '../shared/placeholders.ts';
import { rowOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Budgets } from './budgets.ts';
import type { Db } from './engine/statements.ts';
import type { Erasures } from './erasures.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/**
 * Writes a change inside the caller's transaction, with its event and, at an end, the capture or release of the price. Returns false
 * and writes nothing when the row has changed since the decision.
 */
export type WriteChange = (change: Change, now: number) => Promise<boolean>;

/** The parts of the store that a change of state also writes to. */
export type ChangeDeps = {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly budgets: Budgets;
  readonly erasures: Erasures;
  readonly history: History;
  readonly deliveries: WebhookDeliveries;
};

/** Prepares the statements that write changes. */
export function createWriteChange(
  db: Db,
  { accounts, ledger, budgets, erasures, history, deliveries }: ChangeDeps,
): WriteChange {
  const { move, late, stay, erase } = prepareStatements(db);

  return async (change, now) => {
    const { from, to, moved } = change;
    const row = { ...rowOf(to), decidedOn: from.version, decidedOnPollUrl: from.pollUrl };
    const statement = isErasure(change) ? erase : lateVideoOf(change) !== null ? late : moved ? move : stay;
    const written = await statement.execute(row);
    if (written.length === 0) return false;
    if (moved) await record(change, now);
    return true;
  };

  async function record(change: Change, now: number): Promise<void> {
    const { id, accountId, state, priceCredits, failure } = change.to;
    const account = await accounts.step(accountId, stepOf(change, now));
    if (closesCharge(change) && chargeStateOf(state) === 'CAPTURED') {
      const credits = -priceCredits;
      await ledger.enter(account, { kind: 'CAPTURE', credits, jobId: id, reason: null, idempotencyKey: null }, now);
    }
    if (closesCharge(change) && chargeStateOf(state) === 'RELEASED') await budgets.giveBack(change.to);
    if (closesCharge(change)) await erasures.reopen(change.to);
    await history.append(change.to, account.feed, change.message, now);
    const words = change.from.failure?.message;
    if (isErasure(change) && failure !== null && words !== undefined) await history.reword(id, words, failure.message);
    if (isErasure(change)) await deliveries.erase(change.to);
    const type = webhookEventOf(change);
    if (type !== null) await deliveries.enqueue({ type, job: change.to, occurredAt: now });
  }
}

function prepareStatements(db: Db) {
  const { id, version, pollUrl, lateVideoUrl } = jobs;
  const asDecidedOn = and(eq(id, boundTo({ id }).id), eq(version, sql`${sql.placeholder('decidedOn')}`));
  const isStill = sql`${pollUrl} IS NOT DISTINCT FROM ${sql.placeholder('decidedOnPollUrl')}`;
  return {
    move: db
      .update(jobs)
      .set(boundTo(columnsOf(jobs, movedColumns)))
      .where(asDecidedOn)
      .returning({ id })
      .prepare('job_move'),
    erase: db
      .update(jobs)
      .set(boundTo(columnsOf(jobs, erasedColumns)))
      .where(asDecidedOn)
      .returning({ id })
      .prepare('job_erase'),
    // Polls of one job may overlap, and they do not raise the version. So these writes must not overwrite a late video or acceptance.
    late: db
      .update(jobs)
      .set(boundTo(columnsOf(jobs, lateColumns)))
      .where(and(asDecidedOn, isNull(lateVideoUrl), isStill))
      .returning({ id })
      .prepare('job_late'),
    stay: db
      .update(jobs)
      .set(boundTo(columnsOf(jobs, stayedColumns)))
      .where(and(asDecidedOn, isNull(lateVideoUrl), isStill))
      .returning({ id })
      .prepare('job_stay'),
  };
}
