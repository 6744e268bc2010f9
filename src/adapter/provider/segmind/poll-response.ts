import type { PollEvent } from '../../../domain/job.ts';
import type { ProviderDetails } from '../../../ports.ts';
import { reportsError } from './error-member.ts';
import { type JobUpdate, type ReadingContext, updateOf, videoWithoutWord } from './job-record.ts';
import { someDetails } from './provider-details.ts';
import { sentencesIn } from './provider-text.ts';
import { type HttpResponse, isSuccess, type JsonObject } from './response.ts';
import { isErrorWord } from './status-word.ts';
import { recordsOf } from './wrapper.ts';

/** What the response to a poll means, with details to store or log. */
type PollResult = { readonly event: PollEvent; readonly details?: ProviderDetails };

/** These statuses are about the key, the account or the limit of requests, so a bad end in their body is not the job's. */
const aboutTheCaller = new Set([401, 402, 403, 408, 429]);

/** What the response to a poll means. A job's end in the body counts with most HTTP statuses; all else needs a 2xx. */
export function pollResultOf(response: HttpResponse, requestId: string | null, context: ReadingContext): PollResult {
  const { status, json } = response;
  const records = recordsOf(json);
  const update = updateOf(records, status, context);
  if (update !== null && speaksOfTheJob(status, update)) return { event: update.event, ...someDetails(update.details) };
  const beside =
    isSuccess(status) && update === null && !reportsError(records) ? videoWithoutWord(records, context) : null;
  // As beside an unknown word: the job runs, and a second poll with a video completes it.
  if (beside !== null) {
    const { video, details } = beside;
    return { event: { type: 'seen', status: null }, details: { ...details, videoBeside: video } };
  }
  return { event: { type: status === 404 && isUnknownRequest(records, requestId) ? 'missing' : 'fault' } };
}

/** Whether an update is about the job, and not about this one poll. */
function speaksOfTheJob(httpStatus: number, { event, status: { word, meaning } }: JobUpdate): boolean {
  if (isSuccess(httpStatus) || event.type === 'completed') return true;
  if (event.type === 'seen' || aboutTheCaller.has(httpStatus)) return false;
  // A good end without a video, beside a server's error, is no end: the next poll may show the video.
  if (meaning === 'completed' && httpStatus >= 500) return false;
  // Proxies label their own errors with these words.
  const isLabel = isErrorWord(word) || meaning === 'timedOut';
  return !(isLabel && (httpStatus === 404 || httpStatus >= 500));
}

/** Whether a 404 means that the provider does not know the request. A plain "Not Found" may come from any proxy on the way. */
function isUnknownRequest(records: readonly JsonObject[], requestId: string | null): boolean {
  // Codes are left out: `invalid_request_error` is not about a job.
  const words = sentencesIn(records).join('\n');
  const isUnknown = /not[\s_-]*found|no such|does(?: not|n['’]t) exist|unknown/i.test(words);
  return isUnknown && (/request|job/i.test(words) || (requestId !== null && words.includes(requestId)));
}
