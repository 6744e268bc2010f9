import { statusOf } from '../../../src/domain/job.ts';
import type { Evidence } from '../evidence.ts';
import type { Violation } from '../observations.ts';
import { breachesOf } from './outcome.ts';

/** At any moment the feed has every change of every job: it is numbered without gaps, and each job's versions are in order and complete. */
export function feedBreachesOf({ account, jobs, events }: Evidence): Violation[] {
  return breachesOf('feed whole', (report) => {
    if (events.some(({ feed }, index) => feed !== index + 1)) report('the feed has a gap or a double');
    if (account.feed !== events.length) report(`the feed ends at ${account.feed} and has ${events.length} events`);
    for (const job of jobs) {
      const own = events.filter(({ jobId }) => jobId === job.id);
      const versions = own.map(({ version }) => version);
      if (versions.some((version, index) => version !== index + 1) || versions.length !== job.version)
        report(`${job.id} is at version ${job.version} and its events have ${versions.join()}`);
      if (own.at(-1)?.status !== statusOf(job.state))
        report(`${job.id} is ${job.state} and its last event has ${own.at(-1)?.status}`);
    }
  });
}
