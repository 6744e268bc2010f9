import { isEnded, type Job } from '../../../src/domain/job.ts';
import { placeOf, troubledMs, type Violation } from '../observations.ts';
import { breachesOf, type Outcome, type Report } from './outcome.ts';

/** The lease of a submit by design: longer than a POST and the time until it starts. Repeated here, so that a change is noticed. */
const leaseMs = 20_000;

/** Rings may be lost; then a poller finds work in its next round, within this time. */
const roundMs = 5000;

const slackMs = 2000;

/** A node that is asked to stop waits at most this long for requests in flight. */
const drainMs = 12_000;

/** Every job ends by its deadline, plus a lease, a round, and the time in which no place had a working node. */
export function endBreachesOf(outcome: Outcome): Violation[] {
  return breachesOf('every job ends in time', (report) => {
    if (outcome.pending > 0) report(`${outcome.pending} requests never ended`);
    for (const job of outcome.accounts.flatMap(({ jobs }) => jobs)) {
      if (isEnded(job)) reportEnd(job, outcome, report);
      else report(`${job.id} is still ${job.state}`);
    }
  });
}

function reportEnd(job: Job, { observations, places, climate }: Outcome, report: Report): void {
  if (job.pollAt !== null) report(`${job.id} has ended and is polled forever`);
  const finishedAt = job.finishedAt ?? 0;
  if (job.failure?.code === 'DEADLINE_EXCEEDED' && finishedAt < job.deadlineAt)
    report(`${job.id} reached its deadline ${job.deadlineAt - finishedAt} ms early`);
  // A job that ended as unconfirmed may have been accepted later, which did not move its deadline.
  const runsFrom = job.failure?.code === 'SUBMISSION_UNCONFIRMED' ? job.createdAt : (job.submittedAt ?? job.createdAt);
  if (job.deadlineAt !== runsFrom + climate.pace.deadlineMs)
    report(`${job.id} has ${job.deadlineAt - runsFrom} ms to its deadline`);
  const dueAt = Math.max(job.deadlineAt, observations.storedAt.get(job.id) ?? 0);
  const troubled = troubledMs(
    observations,
    places,
    Math.max(job.createdAt, dueAt - leaseMs),
    Math.max(dueAt, finishedAt),
  );
  if (finishedAt - dueAt > leaseMs + roundMs + slackMs + troubled)
    report(`${job.id} ended ${finishedAt - dueAt} ms after its deadline, of which troubles explain ${troubled}`);
}

/** Each unconfirmed job has a reason: an unclear response, or a sender that ended or paused beyond its lease. */
export function reasonBreachesOf(outcome: Outcome): Violation[] {
  const { accounts, posts, observations } = outcome;
  return breachesOf('unconfirmed only with a reason', (report) => {
    for (const job of accounts.flatMap(({ jobs }) => jobs)) {
      if (job.failure?.code !== 'SUBMISSION_UNCONFIRMED') continue;
      const ending = observations.givenUp.find(({ jobId }) => jobId === job.id);
      const claim = observations.claims.findLast(({ jobId }) => jobId === job.id);
      if (ending === undefined || claim === undefined) {
        report(`${job.id} is unconfirmed, and no node was seen to claim it or to give it up`);
      } else if (ending.how === 'result') {
        if (posts.findLast(({ jobId }) => jobId === job.id)?.outcome !== 'unknown')
          report(`${job.id} was given up though its response was clear`);
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

/** Whether a node crashed or was in trouble between two instants. A healthy node that is asked to stop leaves nothing behind. */
function isLost({ observations }: Outcome, node: string, from: number, to: number): boolean {
  const gone = observations.departures.find((departure) => departure.node === node);
  if (gone?.how === 'crash' && gone.at <= to) return true;
  const end = Math.min(to, gone?.at ?? to);
  return troubledMs(observations, [placeOf(node)], Math.min(from, end - drainMs), end) > 0;
}
