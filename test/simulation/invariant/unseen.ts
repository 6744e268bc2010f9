import type { Job } from '../../../src/domain/job.ts';
import { troubledMs, type Violation } from '../observations.ts';
import { type PaidJob, recordLifeMs } from '../paid-job.ts';
import { breachesOf, type Outcome } from './outcome.ts';

/** How long before its record is gone the last regular poll of a job may be. */
const lastPollsMs = 7 * 60_000;

/** A job whose record at the provider has a video is COMPLETED with it or has it as its late video, unless its record was gone first. */
export function unseenBreachesOf(outcome: Outcome): Violation[] {
  return breachesOf('no video left unseen', (report) => {
    const jobs = new Map(outcome.accounts.flatMap((evidence) => evidence.jobs).map((job) => [job.id, job]));
    for (const made of outcome.paid) {
      const job = jobs.get(made.jobId);
      // Without the provider's own response nobody knows where the record is.
      if (job === undefined || job.pollUrl === null || made.end !== 'completed') continue;
      if (!hasVideoOf(made, job) && !isGoneFirst(made, outcome))
        report(`${job.id} has a video at the provider since ${made.endsAt}, and is ${job.state} without it`);
    }
  });
}

function hasVideoOf({ requestId }: PaidJob, job: Job): boolean {
  const video = job.state === 'COMPLETED' ? job.video : job.lateVideo;
  return video?.url.includes(requestId) === true;
}

/** Whether no working node had the time to see the video before the provider deleted its record. */
function isGoneFirst({ acceptedAt, endsAt }: PaidJob, { observations, places }: Outcome): boolean {
  const goneAt = acceptedAt + recordLifeMs;
  return goneAt - endsAt - troubledMs(observations, places, endsAt, goneAt) < lastPollsMs;
}
