import { isEnded, type Job } from '../../../src/domain/job.ts';
import { placeOf, troubledMs, type Violation } from '../witness.ts';
import { breachesOf, type Outcome, type Report } from './outcome.ts';

/** What the design says of leases: a submit's, longer than a POST and the time within which it begins. Written out, so that a change shows. */
const leaseMs = 20_000;

/** Rings may be lost, so that work is found by a poller's own round. */
const roundMs = 5000;

const slackMs = 2000;

/** A node that was told to stop waits no longer than this for what is in flight. */
const drainMs = 12_000;

/** Every job ends: by its deadline, but for a lease, a round, and the time in which no place had a node that could work. */
export function endBreachesOf(outcome: Outcome): Violation[] {
  return breachesOf('every job ends in time', (report) => {
    if (outcome.pending > 0) report(`${outcome.pending} clients were never answered`);
    for (const job of outcome.accounts.flatMap(({ jobs }) => jobs)) {
      if (isEnded(job)) reportEnd(job, outcome, report);
      else report(`${job.id} is still ${job.state}`);
    }
  });
}

function reportEnd(job: Job, { witness, places, climate }: Outcome, report: Report): void {
  if (job.pollAt !== null) report(`${job.id} has ended and is looked at for ever`);
  const finishedAt = job.finishedAt ?? 0;
  if (job.failure?.code === 'DEADLINE_EXCEEDED' && finishedAt < job.deadlineAt)
    report(`${job.id} met its deadline ${job.deadlineAt - finishedAt} ms early`);
  // What was accepted after it had been given up has met no deadline any more.
  const runsFrom = job.failure?.code === 'SUBMISSION_UNCONFIRMED' ? job.createdAt : (job.submittedAt ?? job.createdAt);
  if (job.deadlineAt !== runsFrom + climate.pace.deadlineMs)
    report(`${job.id} has ${job.deadlineAt - runsFrom} ms to its deadline`);
  const dueAt = Math.max(job.deadlineAt, witness.storedAt.get(job.id) ?? 0);
  const troubled = troubledMs(witness, places, Math.max(job.createdAt, dueAt - leaseMs), Math.max(dueAt, finishedAt));
  if (finishedAt - dueAt > leaseMs + roundMs + slackMs + troubled)
    report(`${job.id} ended ${finishedAt - dueAt} ms after its deadline, of which troubles explain ${troubled}`);
}

/** Each job that ended as unconfirmed has a reason: an answer that told nothing, or a sender that was gone or stood still beyond its lease. */
export function reasonBreachesOf(outcome: Outcome): Violation[] {
  const { accounts, posts, witness } = outcome;
  return breachesOf('unconfirmed only with a reason', (report) => {
    for (const job of accounts.flatMap(({ jobs }) => jobs)) {
      if (job.failure?.code !== 'SUBMISSION_UNCONFIRMED') continue;
      const ending = witness.givenUp.find(({ jobId }) => jobId === job.id);
      const claim = witness.claims.findLast(({ jobId }) => jobId === job.id);
      if (ending === undefined || claim === undefined) {
        report(`${job.id} is unconfirmed, and nobody was seen to claim it or to give it up`);
      } else if (ending.how === 'reply') {
        if (posts.findLast(({ jobId }) => jobId === job.id)?.outcome !== 'unknown')
          report(`${job.id} was given up though its answer was clear`);
      } else {
        const isLeaseOver = ending.how === 'start' || ending.at - claim.at >= leaseMs;
        if (!isLeaseOver) report(`${job.id} was given up ${ending.at - claim.at} ms after its claim`);
        if (ending.node === claim.node) report(`${job.id} was given up by the node that had it in hand`);
        if (!isLost(outcome, claim.node, claim.at, ending.at))
          report(`${job.id} was given up though ${claim.node} was well`);
      }
    }
  });
}

/** Whether a node was gone, or in trouble, at some time between two instants. One that was told to stop leaves nothing behind, if it is well. */
function isLost({ witness }: Outcome, node: string, from: number, to: number): boolean {
  const gone = witness.departures.find((departure) => departure.node === node);
  if (gone?.how === 'crash' && gone.at <= to) return true;
  const end = Math.min(to, gone?.at ?? to);
  return troubledMs(witness, [placeOf(node)], Math.min(from, end - drainMs), end) > 0;
}
