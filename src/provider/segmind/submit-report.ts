import type { Job, SubmitEvent } from '../../domain/job.ts';
import type { Log } from '../../ports.ts';
import { isRecord, type Reply } from './answer.ts';
import type { Redact } from './redact.ts';
import type { Routes } from './routes.ts';

/** Tells the operator how a submit ended. The provider's own words stay out, because they may repeat the prompt. */
export type SubmitReport = (job: Job, event: SubmitEvent, reply: Reply) => void;

/** Makes the report that writes to a log. */
export function createSubmitReport(log: Log, redact: Redact, routes: Routes): SubmitReport {
  return (job, event, reply) => {
    const reason = 'reason' in reply ? redact(reply.reason) : null;
    const fields = { jobId: job.id, reason };
    switch (event.type) {
      case 'accepted':
        if (namesForeignUrl(reply, routes)) {
          log.warn(fields, 'The provider named a poll_url of another origin, which is not called.');
        }
        break;
      case 'notSent':
        log.warn(fields, 'A job could not be sent to the provider: no connection.');
        break;
      case 'withheld':
        break;
      case 'throttled':
        log.info({ ...fields, retryAt: event.retryAt }, 'The provider takes no more jobs for now.');
        break;
      case 'serverError':
      case 'refused':
        log.warn(
          { ...fields, code: event.failure.code, httpStatus: event.failure.httpStatus },
          'The provider did not take a job.',
        );
        break;
      case 'unconfirmed':
        log.warn(
          { ...fields, httpStatus: event.httpStatus },
          'It could not be learnt whether the provider took a job.',
        );
    }
  };
}

function namesForeignUrl(reply: Reply, routes: Routes): boolean {
  const json = reply.type === 'answered' ? reply.answer.json : null;
  const named = isRecord(json) ? json['poll_url'] : null;
  return typeof named === 'string' && routes.isForeign(named);
}
