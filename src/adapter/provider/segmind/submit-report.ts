import type { Job } from '../../../domain/job.ts';
import type { Log, SubmitResult } from '../../../ports.ts';
import { pollAddressIn } from './address-member.ts';
import { memberNamesOf } from './member-names.ts';
import type { Redact } from './redact.ts';
import type { Reply } from './response.ts';
import type { Routes } from './routes.ts';
import { recordsOf } from './wrapper.ts';

/** Tells the operator how a submit ended, in the provider's words where it refused; the prompt stays out of them. */
export type SubmitReport = (job: Job, event: SubmitResult, reply: Reply) => void;

/** Makes the report that writes to a log. */
export function createSubmitReport(log: Log, redact: Redact, routes: Routes): SubmitReport {
  return (job, event, reply) => {
    const memberNames = (told: Reply) => (told.type === 'answered' ? memberNamesOf(told.answer.json, redact) : []);
    const reason = 'reason' in reply ? redact(reply.reason) : null;
    const { providerMessage = null } = event.details ?? {};
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
          { ...fields, code: event.failure.code, httpStatus: event.failure.httpStatus, providerMessage },
          'The provider did not take a job.',
        );
        break;
      case 'unconfirmed':
        log.warn(
          { ...fields, httpStatus: event.httpStatus, members: memberNames(reply) },
          'It could not be learnt whether the provider took a job.',
        );
    }
  };
}

function namesForeignUrl(reply: Reply, routes: Routes): boolean {
  if (reply.type !== 'answered') return false;
  const named = pollAddressIn(recordsOf(reply.answer.json), reply.answer.headers);
  return named !== null && routes.isForeign(named);
}
