import type { PollEvent } from '../../../domain/job.ts';
import type { ProviderDetails } from '../../../ports.ts';
import { type ReadingContext, updateOf } from './job-record.ts';
import { someDetails } from './provider-details.ts';
import { sentencesIn } from './provider-text.ts';
import { type HttpResponse, isSuccess, type JsonObject } from './response.ts';
import { isErrorWord, statusOf } from './status-word.ts';
import { recordsOf } from './wrapper.ts';

/** What the response to a poll means, with details to store or log. */
type PollResult = { readonly event: PollEvent; readonly details?: ProviderDetails };

/** These statuses are about the caller or the address. A status ERROR in their body labels the error body, not the job. */
const notAboutTheJob = new Set([401, 402, 403, 404, 429]);

/** What the response to a poll means. A job's end in the body counts with any HTTP status; all else needs a 2xx. */
export function pollResultOf(response: HttpResponse, requestId: string | null, context: ReadingContext): PollResult {
  const { status, json } = response;
  const records = recordsOf(json);
  const word = statusOf(records)?.word;
  const isEnvelope = notAboutTheJob.has(status) && word !== undefined && isErrorWord(word);
  const update = isEnvelope ? null : updateOf(records, status, context);
  if (update !== null && (isSuccess(status) || update.event.type !== 'seen')) {
    return { event: update.event, ...someDetails(update.details) };
  }
  return { event: { type: status === 404 && isUnknownRequest(records, requestId) ? 'missing' : 'fault' } };
}

/** Whether a 404 means that the provider does not know the request. A plain "Not Found" may come from any proxy on the way. */
function isUnknownRequest(records: readonly JsonObject[], requestId: string | null): boolean {
  // Codes are left out: `invalid_request_error` is not about a job.
  const words = sentencesIn(records).join('\n');
  const isUnknown = /not[\s_-]*found|no such|does(?: not|n['’]t) exist|unknown/i.test(words);
  return isUnknown && (/request|job/i.test(words) || (requestId !== null && words.includes(requestId)));
}
