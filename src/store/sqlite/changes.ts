import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Change } from '../../domain/change.ts';
import { chargeStateOf } from '../../domain/ledger.ts';
import { stepOf } from '../account-step.ts';
import { boundTo } from '../bound.ts';
import { rowOf } from '../rows.ts';
import type { Accounts } from './accounts.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';
import { prepareWrite } from './prepared.ts';
import type { Db } from './statements.ts';
import { jobs } from './tables/jobs.ts';

/**
 * Writes a change with its event and the second step of money, inside the caller's transaction; false, with nothing written, where the
 * row is no longer as the change was decided on.
 */
export type WriteChange = (change: Change, now: number) => boolean;

/** What changes are written with. */
export type ChangeParts = { readonly accounts: Accounts; readonly ledger: Ledger; readonly history: History };

/** Prepares the statements that write changes. */
export function createWriteChange(db: Db, { accounts, ledger, history }: ChangeParts): WriteChange {
  const { move, stay, reschedule } = prepareStatements(db);

  return (change, now) => {
    const { from, to, moved } = change;
    const decidedOn = { decidedOn: from.version, decidedOnPollUrl: from.pollUrl };
    const { id, faults, pollAt, polledAt } = to;
    const written = isScheduling(change)
      ? reschedule({ id, faults, pollAt, polledAt, ...decidedOn })
      : (moved ? move : stay)(Object.assign(rowOf(to), decidedOn));
    if (written === 0) return false;
    if (moved) settle(change, now);
    return true;
  };

  function settle(change: Change, now: number): void {
    const { id, accountId, state, priceCredits } = change.to;
    const account = accounts.step(accountId, stepOf(change));
    if (chargeStateOf(state) === 'CAPTURED') {
      const credits = -priceCredits;
      ledger.enter(account, { kind: 'CAPTURE', credits, jobId: id, reason: null, idempotencyKey: null }, now);
    }
    history.append(change.to, account.feed, change.message, now);
  }
}

/** Whether a change tells no more than when to look again: nearly all changes are such, from the claims of looks and what they bring. */
function isScheduling({ from, to, moved }: Change): boolean {
  return (
    !moved &&
    to.requestId === from.requestId &&
    to.pollUrl === from.pollUrl &&
    to.lateVideo === from.lateVideo &&
    to.submittedAt === from.submittedAt
  );
}

function prepareStatements(db: Db) {
  const { id, version, pollUrl, lateVideoUrl } = jobs;
  const asDecidedOn = and(eq(id, boundTo({ id }).id), eq(version, sql`${sql.placeholder('decidedOn')}`));
  // Looks of one job may overlap, and none counts in the version: a late video and a late acceptance are never written over.
  const asSeen = and(asDecidedOn, isNull(lateVideoUrl), sql`${pollUrl} IS ${sql.placeholder('decidedOnPollUrl')}`);
  return {
    move: prepareWrite(db, db.update(jobs).set(boundTo(movedColumns)).where(asDecidedOn)),
    stay: prepareWrite(db, db.update(jobs).set(boundTo(stayedColumns)).where(asSeen)),
    // Columns that are not named cost no guard, no CHECK and no index.
    reschedule: prepareWrite(db, db.update(jobs).set(boundTo(scheduleColumns)).where(asSeen)),
  };
}

/** What a change of state may write. */
const movedColumns = {
  state: jobs.state,
  version: jobs.version,
  requestId: jobs.requestId,
  pollUrl: jobs.pollUrl,
  videoUrl: jobs.videoUrl,
  videoContentType: jobs.videoContentType,
  videoExpiresAt: jobs.videoExpiresAt,
  failureCode: jobs.failureCode,
  failureMessage: jobs.failureMessage,
  failureHttpStatus: jobs.failureHttpStatus,
  estimateQuantiles: jobs.estimateQuantiles,
  estimateSampleSize: jobs.estimateSampleSize,
  faults: jobs.faults,
  resends: jobs.resends,
  submittedAt: jobs.submittedAt,
  startedAt: jobs.startedAt,
  finishedAt: jobs.finishedAt,
  deadlineAt: jobs.deadlineAt,
  pollAt: jobs.pollAt,
  polledAt: jobs.polledAt,
};

/** When to look again, and what that follows from. */
const scheduleColumns = { faults: jobs.faults, pollAt: jobs.pollAt, polledAt: jobs.polledAt };

/** What a change that keeps the state may write: its schedule, and what came too late. */
const stayedColumns = {
  ...scheduleColumns,
  requestId: jobs.requestId,
  pollUrl: jobs.pollUrl,
  lateVideoUrl: jobs.lateVideoUrl,
  lateVideoContentType: jobs.lateVideoContentType,
  lateVideoExpiresAt: jobs.lateVideoExpiresAt,
  submittedAt: jobs.submittedAt,
};
