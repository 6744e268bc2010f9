import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Change, closesCharge, lateVideoOf } from '../../../domain/change.ts';
import { isErasure } from '../../../domain/erasure.ts';
import { chargeStateOf } from '../../../domain/ledger.ts';
import { webhookEventOf } from '../../../domain/webhook.ts';
import { stepOf } from '../shared/account-step.ts';
import {
  columnsOf,
  detailColumns,
  erasedColumns,
  lateColumns,
  movedColumns,
  polledColumns,
  stayedColumns,
} from '../shared/job-columns.ts';
import { boundTo } from '../shared/placeholders.ts';
import { rowOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Budgets } from './budgets.ts';
import { prepareWrite } from './engine/prepared.ts';
import type { Db } from './engine/statements.ts';
import { createReopenErasure } from './erasures.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';
import { jobs } from './tables/jobs.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';

/**
 * Writes a change inside the caller's transaction, with its event and, at an end, the capture or release of the price. Returns false
 * and writes nothing when the row has changed since the decision.
 */
export type WriteChange = (change: Change, now: number) => boolean;

/** The parts of the store that a change of state also writes to. */
export type ChangeDeps = {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly budgets: Budgets;
  readonly history: History;
  readonly deliveries: WebhookDeliveries;
};

/** Prepares the statements that write changes. */
export function createWriteChange(db: Db, { accounts, ledger, budgets, history, deliveries }: ChangeDeps): WriteChange {
  const { move, late, stay, poll, erase } = prepareStatements(db);
  const reopenErasure = createReopenErasure(db);

  return (change, now) => {
    const { from, to, moved } = change;
    const decidedOn = { decidedOn: from.version, decidedOnPollUrl: from.pollUrl };
    if (isPoll(change)) return poll(to, decidedOn) > 0;
    const write = isErasure(change) ? erase : lateVideoOf(change) !== null ? late : moved ? move : stay;
    if (write(rowOf(to), decidedOn) === 0) return false;
    if (moved) record(change, now);
    return true;
  };

  function record(change: Change, now: number): void {
    const { id, accountId, state, priceCredits, failure } = change.to;
    const account = accounts.step(accountId, stepOf(change, now));
    if (closesCharge(change) && chargeStateOf(state) === 'CAPTURED') {
      const credits = -priceCredits;
      ledger.enter(account, { kind: 'CAPTURE', credits, jobId: id, reason: null, idempotencyKey: null }, now);
    }
    if (closesCharge(change) && chargeStateOf(state) === 'RELEASED') budgets.giveBack(change.to);
    if (closesCharge(change)) reopenErasure(change.to);
    history.append(change.to, account.feed, change.message, now);
    const words = change.from.failure?.message;
    if (isErasure(change) && failure !== null && words !== undefined) history.reword(id, words, failure.message);
    if (isErasure(change)) deliveries.erase(change.to);
    const type = webhookEventOf(change);
    if (type !== null) deliveries.enqueue({ type, job: change.to, occurredAt: now });
  }
}

/** Whether a change writes no more than the `polledColumns`. */
function isPoll({ from, to, moved }: Change): boolean {
  return !moved && to.pollUrl === from.pollUrl && detailColumns.every((name) => to[name] === from[name]);
}

function prepareStatements(db: Db) {
  const { id, version, pollUrl, lateVideoUrl } = jobs;
  const asDecidedOn = and(eq(id, boundTo({ id }).id), eq(version, sql`${sql.placeholder('decidedOn')}`));
  // Polls of one job may overlap, and they do not raise the version. So these writes must not overwrite a late video or acceptance.
  const asSeen = and(asDecidedOn, isNull(lateVideoUrl), sql`${pollUrl} IS ${sql.placeholder('decidedOnPollUrl')}`);
  const stayWith = (names: readonly (typeof lateColumns)[number][]) =>
    prepareWrite(
      db,
      db
        .update(jobs)
        .set(boundTo(columnsOf(jobs, names)))
        .where(asSeen),
    );
  const moveWith = (names: readonly (typeof movedColumns | typeof erasedColumns)[number][]) =>
    prepareWrite(
      db,
      db
        .update(jobs)
        .set(boundTo(columnsOf(jobs, names)))
        .where(asDecidedOn),
    );
  return {
    move: moveWith(movedColumns),
    erase: moveWith(erasedColumns),
    late: stayWith(lateColumns),
    stay: stayWith(stayedColumns),
    // Triggers, CHECKs and indexes only run for the named columns, and nearly all writes are polls.
    poll: stayWith(polledColumns),
  };
}
