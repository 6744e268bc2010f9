import type { Job } from '../../../domain/job.ts';
import { jobFactsOf } from '../../../domain/job-facts.ts';
import { createLogLimit } from '../../../lib/log-limit.ts';
import type { Clock, Log, PollResponse } from '../../../ports.ts';

/** Logs what a poll reports beside a job's state; running jobs and faults write no line. */
export type PollReport = (job: Job, result: PollResponse) => void;

/** At most this many words are remembered and logged, in case a provider keeps inventing new ones. */
const maxWords = 1000;

/** Logs each unknown status word once, 429s once a minute, failures with the provider's message, and the number of several videos. */
export function createPollReport(log: Log, clock: Pick<Clock, 'monotonic'>): PollReport {
  const told = new Set<string>();
  const mayLog = createLogLimit(clock);
  return (job, { event, details, retryAt }) => {
    // Polls that were sent together are refused together, and submits wait, too.
    if (retryAt !== null && mayLog('429'))
      log.info({ ...jobFactsOf(job), retryAt }, 'The provider accepts no more requests for now.');
    if (details === undefined) return;
    const { unknownWord, providerMessage, providerHttpStatus, videos } = details;
    if (unknownWord !== null && !told.has(unknownWord) && told.size < maxWords) {
      told.add(unknownWord);
      log.warn(
        { ...jobFactsOf(job), word: unknownWord },
        'The provider sent an unknown status word: the job is treated as running.',
      );
    }
    if (event.type === 'failed') {
      log.info(
        { ...jobFactsOf(job), code: event.failure.code, providerHttpStatus, providerMessage },
        'The provider reported that a job failed.',
      );
    }
    if (videos > 1)
      log.info({ ...jobFactsOf(job), videos }, 'The provider made several videos for a job: the first is kept.');
  };
}
