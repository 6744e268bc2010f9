import type { Violation } from '../witness.ts';
import { breachesOf, type Outcome, type Report } from './outcome.ts';

/** Where nothing goes wrong, no one waits for a sweep or a timer: what is committed is shown within this. */
const promptMs = 1500;

/** In fair weather everything is quick as well: jobs, those who watch them, and the answers of mutations. */
export function slownessOf(outcome: Outcome): Violation[] {
  if (!outcome.climate.isFair) return [];
  return breachesOf('quick in fair weather', (report) => {
    reportWatchers(outcome, report);
    reportAnswers(outcome, report);
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

/** A mutation that waits for the provider's yes or no tells it when it has come. */
function reportAnswers({ accounts, sightings }: Outcome, report: Report): void {
  const events = accounts.flatMap((evidence) => evidence.events);
  for (const { job, answeredAt, kind } of sightings.answers) {
    if (job === null || (kind !== 'generated' && kind !== 'job')) continue;
    const known = events.filter((event) => event.jobId === job.id && event.occurredAt < answeredAt - promptMs);
    const newest = known.at(-1);
    if (newest !== undefined && newest.version > job.version && (job.state === 'PENDING' || job.state === 'SUBMITTING'))
      report(
        `${job.id} was told of at version ${job.version}, ${answeredAt - newest.occurredAt} ms after ${newest.version}`,
      );
  }
}

/** A job that has ended at the provider is found by the next look, and sent soon after it was stored. */
function reportJobs({ accounts, paid, climate }: Outcome, report: Report): void {
  const pollMs = climate.pace.intervalMs * 1.1 + promptMs + 2000;
  for (const job of accounts.flatMap(({ jobs }) => jobs)) {
    const made = paid.find(({ jobId }) => jobId === job.id);
    const finishedAt = job.finishedAt ?? 0;
    if (made === undefined) {
      if (job.state !== 'CANCELED') report(`${job.id} was not sent, and is ${job.state} ${job.failure?.code ?? ''}`);
      continue;
    }
    if (made.acceptedAt - job.createdAt > 2 * promptMs)
      report(`${job.id} was sent ${made.acceptedAt - job.createdAt} ms late`);
    const dueAt = Math.min(Math.max(made.endsAt, made.acceptedAt), job.deadlineAt);
    if (finishedAt > dueAt + pollMs) report(`${job.id} ended ${finishedAt - dueAt} ms after the provider was through`);
  }
}
