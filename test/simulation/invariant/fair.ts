import type { Violation } from '../observations.ts';
import { breachesOf, type Outcome, type Report } from './outcome.ts';

/** Without faults nobody waits for a sweep or a timer: a commit is shown within this time. */
const promptMs = 1500;

/** Without faults everything is also quick: jobs, their subscribers, and the results of mutations. */
export function slownessOf(outcome: Outcome): Violation[] {
  if (!outcome.climate.isFair) return [];
  return breachesOf('quick in fair weather', (report) => {
    reportWatchers(outcome, report);
    reportResults(outcome, report);
    reportJobs(outcome, report);
  });
}

function reportWatchers({ accounts, sightings }: Outcome, report: Report): void {
  const events = accounts.flatMap((evidence) => evidence.events);
  for (const { jobId, seen, connections } of sightings.jobs) {
    for (const { version, occurredAt } of events.filter((event) => event.jobId === jobId)) {
      const isThere = connections.some(({ from, to }) => from <= occurredAt && to > occurredAt + promptMs);
      const shown = seen.find(({ item }) => item.version >= version);
      if (isThere && (shown === undefined || shown.at > occurredAt + promptMs))
        report(`version ${version} of ${jobId} was shown ${(shown?.at ?? 0) - occurredAt} ms late`);
    }
  }
}

/** A mutation that waits for the provider to accept or refuse returns the new state soon after. */
function reportResults({ accounts, sightings }: Outcome, report: Report): void {
  const events = accounts.flatMap((evidence) => evidence.events);
  for (const { job, receivedAt, kind } of sightings.results) {
    if (job === null || (kind !== 'generated' && kind !== 'job')) continue;
    const known = events.filter((event) => event.jobId === job.id && event.occurredAt < receivedAt - promptMs);
    const newest = known.at(-1);
    if (newest !== undefined && newest.version > job.version && (job.state === 'PENDING' || job.state === 'SUBMITTING'))
      report(
        `${job.id} was returned at version ${job.version}, ${receivedAt - newest.occurredAt} ms after ${newest.version}`,
      );
  }
}

/**
 * A job is sent soon after it is stored, and the next poll finds its end at the provider. A slow round may be under way when it is stored,
 * and the round after it may serve a user who had to wait longer.
 */
function reportJobs({ accounts, paid, climate }: Outcome, report: Report): void {
  // A word that nobody knows takes a second poll.
  const pollMs = 2 * climate.pace.intervalMs * 1.1 + promptMs + 2000;
  for (const job of accounts.flatMap(({ jobs }) => jobs)) {
    const made = paid.find(({ jobId }) => jobId === job.id);
    const finishedAt = job.finishedAt ?? 0;
    if (made === undefined) {
      if (job.state !== 'CANCELED') report(`${job.id} was not sent, and is ${job.state} ${job.failure?.code ?? ''}`);
      continue;
    }
    if (made.acceptedAt - job.createdAt > 3 * promptMs)
      report(`${job.id} was sent ${made.acceptedAt - job.createdAt} ms late`);
    const dueAt = Math.min(Math.max(made.endsAt, made.acceptedAt), job.deadlineAt);
    if (finishedAt > dueAt + pollMs) report(`${job.id} ended ${finishedAt - dueAt} ms after the provider was done`);
  }
}
