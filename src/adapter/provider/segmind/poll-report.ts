import type { Job } from '../../../domain/job.ts';
import type { Log, PollResponse } from '../../../ports.ts';

/** Tells the operator what a poll says beside a job's state; running jobs and faults leave no line. */
export type PollReport = (job: Job, result: Pick<PollResponse, 'event' | 'details'>) => void;

/** So many words are remembered; a provider that invents more is told of no more. */
const maxWords = 1000;

/** Makes the report that writes to a log: each unknown status word once, failures in the provider's words, and how many videos there are of several. */
export function createPollReport(log: Log): PollReport {
  const told = new Set<string>();
  return (job, { event, details }) => {
    if (details === undefined) return;
    const { unknownWord, providerMessage, providerHttpStatus, videos } = details;
    if (unknownWord !== null && !told.has(unknownWord) && told.size < maxWords) {
      told.add(unknownWord);
      log.warn(
        { jobId: job.id, word: unknownWord },
        'The provider uses a status word that is not known: the job counts as running.',
      );
    }
    if (event.type === 'failed') {
      log.info(
        { jobId: job.id, code: event.failure.code, providerHttpStatus, providerMessage },
        'The provider gave a job up.',
      );
    }
    if (videos > 1)
      log.info({ jobId: job.id, videos }, 'The provider made several videos for a job: the first is kept.');
  };
}
