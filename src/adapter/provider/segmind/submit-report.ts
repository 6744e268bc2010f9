import type { Job } from '../../../domain/job.ts';
import { jobFactsOf } from '../../../domain/job-facts.ts';
import type { Log, SubmitResult } from '../../../ports.ts';
import { pollAddressIn } from './address-member.ts';
import { memberNamesOf } from './member-names.ts';
import type { Redact } from './redact.ts';
import type { HttpOutcome } from './response.ts';
import type { Routes } from './routes.ts';
import { recordsOf } from './wrapper.ts';

/** Logs how a submit ended, with the provider's message if it refused; the message never contains the prompt. */
export type SubmitReport = (job: Job, event: SubmitResult, outcome: HttpOutcome) => void;

/** Creates the report. `redact` removes keys from the reason. */
export function createSubmitReport(log: Log, redact: Redact, routes: Routes): SubmitReport {
  return (job, event, outcome) => {
    const memberNames = () => (outcome.type === 'answered' ? memberNamesOf(outcome.response.json, redact) : []);
    const reason = 'reason' in outcome ? redact(outcome.reason) : null;
    const { providerMessage = null } = event.details ?? {};
    const fields = { ...jobFactsOf(job), reason };
    switch (event.type) {
      case 'accepted':
        if (namesForeignUrl(outcome, routes)) {
          log.warn(fields, 'The provider named a poll_url on another origin, which is not called.');
        }
        break;
      case 'notSent':
        log.warn(fields, 'A job could not be sent: there was no connection to the provider.');
        break;
      case 'withheld':
        break;
      case 'throttled':
        log.info({ ...fields, retryAt: event.retryAt }, 'The provider accepts no more jobs for now.');
        break;
      case 'serverError':
      case 'refused':
        log.warn(
          { ...fields, code: event.failure.code, httpStatus: event.failure.httpStatus, providerMessage },
          'The provider did not accept a job.',
        );
        break;
      case 'unconfirmed':
        log.warn(
          { ...fields, httpStatus: event.httpStatus, members: memberNames() },
          'It is unclear whether the provider accepted a job.',
        );
    }
  };
}

function namesForeignUrl(outcome: HttpOutcome, routes: Routes): boolean {
  if (outcome.type !== 'answered') return false;
  const named = pollAddressIn(recordsOf(outcome.response.json), outcome.response.headers);
  return named !== null && routes.isForeign(named);
}
