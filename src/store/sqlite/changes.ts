import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Change, closesCharge } from '../../domain/change.ts';
import type { Job } from '../../domain/job.ts';
import { chargeStateOf } from '../../domain/ledger.ts';
import { stepOf } from '../account-step.ts';
import { boundTo } from '../bound.ts';
import { rowOf } from '../rows.ts';
import type { Accounts } from './accounts.ts';
import type { OnCommit } from './group-commit.ts';
import type { History } from './history.ts';
import type { Jobs } from './jobs.ts';
import type { KnownJobs } from './known-jobs.ts';
import type { Ledger } from './ledger.ts';
import { isLookedAt, type LookSchedule } from './look-schedule.ts';
import { prepareWrite } from './prepared.ts';
import type { Db } from './statements.ts';
import { jobs as table } from './tables/jobs.ts';

/**
 * Writes a change with its event and the second step of money, inside the caller's transaction; false, with nothing written, where the
 * row is no longer as the change was decided on.
 */
export type WriteChange = (change: Change, now: number) => boolean;

/** What changes are written with. */
export type ChangeParts = {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly history: History;
  readonly jobs: Pick<Jobs, 'peek'>;
  readonly known: KnownJobs;
  readonly looks: LookSchedule;
  readonly onCommit: OnCommit;
};

/** Prepares the statements that write changes. */
export function createWriteChange(db: Db, parts: ChangeParts): WriteChange {
  const { accounts, ledger, history, jobs, known, looks, onCommit } = parts;
  const update = prepareUpdates(db);

  return (change, now) => {
    if (isScheduling(change)) return reschedule(change);
    if (!rewrite(change)) return false;
    if (change.moved) settle(change, now);
    known.written(change.to);
    return true;
  };

  /** Nearly all changes move a look and tell nothing else of the row as it stands, the claims of looks and what they bring: memory has those. */
  function reschedule({ from, to }: Change): boolean {
    const row = jobs.peek(from.id);
    if (row === null || row.version !== from.version || row.pollUrl !== from.pollUrl || row.lateVideo !== null)
      return false;
    if (isLookedAt(to) && row.faults === to.faults) {
      // What is known of the row goes on being true: whoever reads the job is told its times by the schedule.
      onCommit(() => looks.place(to));
      return true;
    }
    const { id, faults, pollAt, polledAt } = to;
    if (update([], false)({ id, faults, pollAt, polledAt, ...decidedOn(from) }) === 0) return false;
    known.written(to);
    return true;
  }

  function rewrite({ from, to, moved }: Change): boolean {
    const changed = members.filter((member) => from[member] !== to[member]);
    return update(changed, moved)(Object.assign(rowOf(to), decidedOn(from))) > 0;
  }

  function settle(change: Change, now: number): void {
    const feed = closesCharge(change) ? close(change, now) : accounts.drawFeed(change.to.accountId);
    history.append(change.to, feed, change.message, now);
  }

  /** The second step of money; the number of its event. */
  function close(change: Change, now: number): number {
    const { id, accountId, state, priceCredits } = change.to;
    const account = accounts.step(accountId, stepOf(change));
    if (chargeStateOf(state) === 'CAPTURED') {
      const credits = -priceCredits;
      ledger.enter(account, { kind: 'CAPTURE', credits, jobId: id, reason: null, idempotencyKey: null }, now);
    }
    return account.feed;
  }
}

/** Whether a change tells no more than how looking at the job goes. */
function isScheduling({ from, to, moved }: Change): boolean {
  return (
    !moved &&
    to.requestId === from.requestId &&
    to.pollUrl === from.pollUrl &&
    to.lateVideo === from.lateVideo &&
    to.submittedAt === from.submittedAt
  );
}

/** Runs an UPDATE; how many rows it changed: none where the row is no longer as the change was decided on. */
type Update = ReturnType<typeof prepareWrite>;

function decidedOn({ version, pollUrl }: Job) {
  return { decidedOn: version, decidedOnPollUrl: pollUrl };
}

/**
 * One prepared statement for each set of columns that changes write together, of which the rules of a job's life make a score. A column
 * that is not named costs no guard, no CHECK and no index; and most changes name few.
 */
function prepareUpdates(db: Db): (changed: readonly Member[], moved: boolean) => Update {
  const { id, version, pollUrl, lateVideoUrl } = table;
  const asDecidedOn = and(eq(id, boundTo({ id }).id), eq(version, sql`${sql.placeholder('decidedOn')}`));
  // Looks of one job may overlap, and none counts in the version: a late video and a late acceptance are never written over.
  const asSeen = and(asDecidedOn, isNull(lateVideoUrl), sql`${pollUrl} IS ${sql.placeholder('decidedOnPollUrl')}`);
  const known = new Map<string, Update>();

  function prepare(changed: readonly Member[], moved: boolean): Update {
    const set = boundTo(Object.assign({ ...scheduleColumns }, ...changed.map((member) => changing[member])));
    return prepareWrite(
      db,
      db
        .update(table)
        .set(set)
        .where(moved ? asDecidedOn : asSeen),
    );
  }

  return (changed, moved) => {
    const key = `${moved} ${changed.join()}`;
    const update = known.get(key) ?? prepare(changed, moved);
    known.set(key, update);
    return update;
  };
}

/** When to look again, and what that follows from: always written, since no version counts it. */
const scheduleColumns = { faults: table.faults, pollAt: table.pollAt, polledAt: table.polledAt };

/** What else a change may write. As long as the version stands, or what was late is not there, it stands as it was decided on. */
const changing = {
  state: { state: table.state },
  version: { version: table.version },
  requestId: { requestId: table.requestId },
  pollUrl: { pollUrl: table.pollUrl },
  video: {
    videoUrl: table.videoUrl,
    videoContentType: table.videoContentType,
    videoExpiresAt: table.videoExpiresAt,
  },
  lateVideo: {
    lateVideoUrl: table.lateVideoUrl,
    lateVideoContentType: table.lateVideoContentType,
    lateVideoExpiresAt: table.lateVideoExpiresAt,
  },
  failure: {
    failureCode: table.failureCode,
    failureMessage: table.failureMessage,
    failureHttpStatus: table.failureHttpStatus,
  },
  estimate: {
    estimateQuantiles: table.estimateQuantiles,
    estimateSampleSize: table.estimateSampleSize,
  },
  resends: { resends: table.resends },
  submittedAt: { submittedAt: table.submittedAt },
  startedAt: { startedAt: table.startedAt },
  finishedAt: { finishedAt: table.finishedAt },
  deadlineAt: { deadlineAt: table.deadlineAt },
} satisfies Partial<Record<keyof Job, object>>;

type Member = keyof typeof changing;
// The keys of the object above.
const members = Object.keys(changing) as readonly Member[];
